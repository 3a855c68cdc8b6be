"""The users: what master owns and every client copies."""
