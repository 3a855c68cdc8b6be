"""The users of this client: copies of master's, beside its own local ones; and their pages."""
