"""What is counted of the feed."""

from prometheus_client import Counter, Gauge

sockets = Gauge(
    "feed_sockets", "Sockets of the feed that are open now, by who has them", ["by"], multiprocess_mode="livesum"
)
requests = Counter("feed_requests", "Requests that were answered, by action and status", ["action", "status"])
events = Counter("feed_events", "Changes of posts that somebody was told of", ["action"])
delivered = Counter("feed_delivered", "Frames handed to sockets; one event goes to many")
listens = Counter("feed_listens", "Times that the process began to listen to the database")
