"""Posts that everybody reads and users write, live over a websocket of its own that speaks plain JSON."""
