"""What listeners count."""

from prometheus_client import Counter

heard = Counter("pg_notify_heard", "Notifications that PostgreSQL delivered, by channel", ["channel"])
connected = Counter("pg_notify_connected", "Connections opened to listen, by channel", ["channel"])
