"""LISTEN and NOTIFY of PostgreSQL: a function, a generator, and the command `pg_listen`."""
