"""LISTEN and NOTIFY of PostgreSQL, as a generator."""
