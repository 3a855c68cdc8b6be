"""`python -m tests.faults.writers`: write at random until standard input ends, then say what was done, as JSON.

It runs in the environment of master. An error of the database is noted and survived, as a web process survives it.
"""

import argparse
import json
import logging
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "master.settings")
django.setup()

from django.db import DatabaseError, IntegrityError, InterfaceError, connection  # noqa: E402

from tests.faults.operations import ALL, OVERLAPPING, Hand, Operation  # noqa: E402

AWAY_SECONDS = 0.2  # before the database is tried again
CONFLICTS = {"23505": "unique", "40P01": "deadlock"}


class Writing:
    """One writer at work."""

    def __init__(self, hand: Hand, operations: Mapping[Operation, int], *, rate: float) -> None:
        self.hand, self.operations, self.rate = hand, operations, rate
        self.stop = threading.Event()
        self.done: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.texts: set[str] = set()
        self.milliseconds: list[float] = []

    def run(self) -> None:
        """Write until told to stop, at most `rate` times a second."""
        due = time.monotonic()
        while not self.stop.is_set():
            (operation,) = self.hand.random.choices(list(self.operations), list(self.operations.values()))
            self._do(operation)
            due = max(due + 1 / self.rate, time.monotonic() - 1.0)  # no more than a second is made up for
            self.stop.wait(max(0.0, due - time.monotonic()))

    def _do(self, operation: Operation) -> None:
        started = time.perf_counter()
        try:
            operation(self.hand)
        except IntegrityError as error:
            self._note(error)
        except (DatabaseError, InterfaceError) as error:
            self._note(error)
            connection.close()
            self.stop.wait(AWAY_SECONDS)
        else:
            self.done[operation.__name__] += 1
            self.milliseconds.append((time.perf_counter() - started) * 1000)

    def _note(self, error: Exception) -> None:
        state = getattr(error.__cause__, "sqlstate", None) or type(error).__name__
        self.errors[CONFLICTS.get(state, state)] += 1
        self.texts.add(" ".join(str(error).split())[:300])

    def report(self) -> dict[str, Any]:
        """Return what was done."""
        milliseconds = sorted(self.milliseconds)
        return {
            "done": dict(self.done),
            "errors": dict(self.errors),
            "texts": sorted(self.texts)[:10],
            "slowest_ms": milliseconds[-20:],
            "median_ms": milliseconds[len(milliseconds) // 2] if milliseconds else 0.0,
        }


def main() -> None:
    """Write until standard input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--mark", required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--hot", type=int, default=0)
    arguments = parser.parse_args()
    logging.disable()  # what goes wrong is in the report
    hand = Hand(seed=arguments.seed, mark=arguments.mark, hot=arguments.hot)
    writing = Writing(hand, OVERLAPPING if arguments.hot else ALL, rate=arguments.rate)
    thread = threading.Thread(target=writing.run)
    thread.start()
    print("ready", flush=True)
    sys.stdin.read()
    writing.stop.set()
    thread.join()
    print(json.dumps(writing.report()), flush=True)


if __name__ == "__main__":
    main()
