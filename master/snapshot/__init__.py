"""The pull API: what clients ask master for when they need to be right rather than quick."""
