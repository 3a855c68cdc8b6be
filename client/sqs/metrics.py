"""What the listener counts."""

from prometheus_client import Counter

receives = Counter("sqs_receives", "ReceiveMessage calls")
received = Counter("sqs_received", "Messages received")
deletes = Counter("sqs_deletes", "DeleteMessageBatch calls")
deleted = Counter("sqs_deleted", "Messages deleted")
