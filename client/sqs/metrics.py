"""What the listener counts."""

from prometheus_client import Counter, Gauge

receives = Counter("sqs_receives", "ReceiveMessage calls")
received = Counter("sqs_received", "Messages received")
oldest = Gauge(
    "sqs_oldest_message_seconds",
    "Age of the oldest message that the last receive brought; 0 when it brought none",
    multiprocess_mode="livemax",
)
gate_closed = Gauge(
    "sqs_gate_closed", "1 while nothing is received, by what is in the way", ["reason"], multiprocess_mode="livemax"
)
deletes = Counter("sqs_deletes", "DeleteMessageBatch calls")
deleted = Counter("sqs_deleted", "Messages deleted")
