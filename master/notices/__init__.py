"""Notices: what an admin does is shown, at once, to the staff who may see it. A websocket server beside Django."""
