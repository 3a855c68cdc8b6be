"""The only door from a client to AWS: its SQS queue."""
