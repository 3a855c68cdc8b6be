"""From a committed row to an open page."""
