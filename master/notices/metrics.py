"""What is told, and to how many."""

from prometheus_client import Counter

told = Counter("notices_told", "Events that a process of Django gave to Redis, or could not", ["outcome"])
for _outcome in ("told", "failed", "dropped"):
    told.labels(_outcome)  # from 0 on: a counter that is first seen at 1 has not grown for Prometheus
opened = Counter("notices_opened", "Connections that said who they are")
closed = Counter("notices_closed", "The same connections, when they ended")
refused = Counter("notices_refused", "Connections without a good token")
sent = Counter("notices_sent", "Notices handed to a connection")
slow = Counter("notices_slow", "Connections dropped because they did not read")
