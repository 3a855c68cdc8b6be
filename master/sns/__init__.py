"""The only door from master to AWS: SNS topics and what subscribes to them."""
