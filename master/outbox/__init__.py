"""What changed and must still reach SNS: captured by triggers, carried by `publish`."""
