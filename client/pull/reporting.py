"""What `verify` shows: lines for people, or JSON lines for programs."""

import json
from collections import Counter
from collections.abc import Callable
from typing import Protocol

from client.pull.compare import KINDS, Difference, Kind
from client.pull.verify import Outcome

Write = Callable[[str], None]

NAMES: dict[Kind, str] = {"edited": "edited locally"}


class Report(Protocol):
    """Takes differences as they are found, and what came of them."""

    def show(self, difference: Difference) -> None:
        """Show a difference."""

    def end(self, outcome: Outcome, *, repaired: bool) -> None:
        """Sum up."""


class TextReport:
    """Lines for people."""

    def __init__(self, write: Write, most: int | None) -> None:
        self._write = write
        self._most = most  # keys of each kind that are shown; None: all
        self._shown: Counter[Kind] = Counter()

    def show(self, difference: Difference) -> None:
        """Write a line, if it is among the first of its kind."""
        self._shown[difference.kind] += 1
        if self._most is None or self._shown[difference.kind] <= self._most:
            self._write(f"  {NAMES.get(difference.kind, difference.kind)}: {difference.key}{_versions(difference)}")
        elif self._shown[difference.kind] == self._most + 1:
            self._write(f"  {NAMES.get(difference.kind, difference.kind)}: more, which --verbose shows")

    def end(self, outcome: Outcome, *, repaired: bool) -> None:
        """Write the counts, what was repaired, and what is to be done about the rest."""
        self._write(
            f"{outcome.table}: {outcome.compared:,} rows compared with master in {outcome.seconds:.1f} s, "
            f"by {', '.join(outcome.fields)}"
        )
        counts = (f"{outcome.found[kind]:,} {NAMES.get(kind, kind)}" for kind in KINDS if outcome.found[kind])
        self._write(f"  {', '.join(counts) or 'equal'}")
        if repaired and outcome.found.total():
            self._write(f"  {outcome.found.total() - outcome.left.total():,} repaired, {outcome.left.total():,} left")
        for key, reason in outcome.refused:
            self._write(f"  not repaired: {key}: {reason}")
        for remedy in remedies(outcome):
            self._write(f"  {remedy}")


class JsonReport:
    """A JSON line for each difference, and one for the sum."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def show(self, difference: Difference) -> None:
        """Write one difference."""
        line = {"kind": difference.kind, "key": difference.key}
        self._write(json.dumps({**line, "master": difference.master, "client": difference.client}))

    def end(self, outcome: Outcome, *, repaired: bool) -> None:
        """Write the sum."""
        sums = {"table": outcome.table, "fields": outcome.fields, "compared": outcome.compared}
        found = {kind: outcome.found[kind] for kind in KINDS}
        left = {kind: outcome.left[kind] for kind in KINDS}
        refused = [{"key": key, "reason": reason} for key, reason in outcome.refused]
        ends = {"equal": outcome.equal, "refused": refused, "remedies": remedies(outcome)}
        seconds = round(outcome.seconds, 3)
        self._write(json.dumps({**sums, "found": found, "left": left, "seconds": seconds, **ends}))


def remedies(outcome: Outcome) -> list[str]:
    """Return what a person may do about what repair does not mend."""
    advice = []
    if outcome.kept:
        advice.append(
            f"{outcome.found['extra']:,} extra rows are more than 5 % of {outcome.compared:,}, so none was removed: "
            "look whether master is the right one, then add --force"
        )
    if outcome.ahead:
        advice.append(
            f"{outcome.ahead:,} rows have a newer version here than master gives: if master was restored from a "
            "backup, run `python -m master advance_versions` there; then verify again"
        )
    if outcome.left["set aside"]:
        advice.append("a local row has the value of each row that is set aside: rename or link it, then back-fill")
    return advice


def _versions(difference: Difference) -> str:
    if difference.kind != "stale":
        return ""
    return f" (version {difference.client} here, {difference.master or 'none'} on master)"
