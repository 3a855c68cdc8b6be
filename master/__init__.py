"""The project that owns the users."""
