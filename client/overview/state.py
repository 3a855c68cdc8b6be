"""The state of the page: small, and whole each time, so that a page draws the newest one that it has and forgets."""

import time
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from client.live import numbers
from client.live.topics import REPLICATION
from client.overview import depths, samples, words
from client.overview.counting import newest_versions, rows_here
from client.overview.pulled import backfills, verifications
from client.overview.samples import SPAN_SECONDS, Sample
from client.replication.declare import replicas


def replication_state() -> dict[str, Any]:
    """Return the state with the number of its topic, read before it."""
    n = numbers.current(REPLICATION)
    return {"topic": REPLICATION, "n": n, **overview()}


def overview() -> dict[str, Any]:
    """Return what there is to know of each table and of the queues, most of it as the words that are shown."""
    now = time.time_ns() // 1_000_000
    recent = samples.recent(list(replicas), now=now)
    return {
        "now": now,
        "span": SPAN_SECONDS,
        "tables": _tables(recent),
        "queues": words.of_queues(depths.found(), depths.waiting_tasks()),
    }


def _tables(recent: dict[str, list[Sample]]) -> list[dict[str, Any]]:
    newest, verified, filled = newest_versions(replicas), verifications(), backfills()
    at = timezone.now()
    return [
        {
            "table": table,
            "samples": _drawn(recent[table]),
            "fields": {
                "rows": words.of_rows(rows_here(replica)),
                "version": str(newest[table]),
                "lag": words.of_lag(recent[table]),
                "verified": words.of_verification(verified.get(table)),
                "backfill": words.of_backfill(filled.get(table), now=at),
            },
        }
        for table, replica in replicas.items()
    ]


def _drawn(found: Sequence[Sample]) -> list[tuple[int, int]]:
    return [(each.at, each.lag) for each in found]
