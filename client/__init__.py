"""A project that keeps a live copy of master's users."""
