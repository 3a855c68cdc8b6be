"""What the settings of both projects say about counting; it imports nothing, for settings are read first."""

COUNTED = {"ENGINE": "django_prometheus.db.backends.postgresql"}  # Django's own, with its statements counted and timed
# Seconds; each is a series for every view and method.
LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, float("inf"))
