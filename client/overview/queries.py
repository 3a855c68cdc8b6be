"""The statements of the overview."""

# What ANALYZE, or autovacuum, has found last; -1 before that.
ESTIMATE = "SELECT reltuples FROM pg_class WHERE oid = quote_ident(%s)::regclass"
