"""`backfill` and `verify`."""
