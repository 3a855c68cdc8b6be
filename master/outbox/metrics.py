"""What the publisher counts."""

from prometheus_client import Counter

published = Counter("outbox_published", "Changes that SNS accepted", ["table"])
refused = Counter("outbox_refused", "Changes that SNS refused", ["table"])
calls = Counter("outbox_sns_calls", "PublishBatch calls")
failures = Counter("outbox_sns_failures", "Calls that failed for reasons of the service; each opens the breaker")
asked = Counter("outbox_asked", "Times that the relay asked Celery to publish")
