"""Statements of the feed."""

# A commit, which looks for the author of a new post, is no statement: only its locks have a limit.
PATIENCE = "SET LOCAL statement_timeout = '2s'; SET LOCAL lock_timeout = '2s'"
PATIENCE_WITH_STRANGERS = "SET LOCAL statement_timeout = '1s'; SET LOCAL lock_timeout = '1s'"
