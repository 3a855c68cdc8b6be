"""Logs, metrics and settings from the environment, the same for both projects."""
