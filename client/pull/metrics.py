"""What back-fill and verify count."""

from prometheus_client import Counter, Gauge

backfilled = Counter("backfill_rows", "Rows that a back-fill looked at, by what became of them", ["table", "outcome"])
differences = Gauge(
    "verify_differences",
    "Differences from master that the last verify found",
    ["table", "kind"],
    multiprocess_mode="mostrecent",
)
finished = Gauge(
    "verify_finished_timestamp", "When a table was last compared to the end", ["table"], multiprocess_mode="mostrecent"
)
