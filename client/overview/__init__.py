"""How this client is doing: the page `/replication/`, for staff, and the measurements behind it."""
