"""Commands of this tool."""
