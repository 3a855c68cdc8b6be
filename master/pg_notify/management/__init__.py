"""Commands of `pg_notify`."""
