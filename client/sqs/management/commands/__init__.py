"""Commands of the listener."""
