"""Compare a table with master, and bring together what differs."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from client.pull.aside import told_apart
from client.pull.compare import (
    KINDS,
    Difference,
    Kind,
    by_kind,
    column,
    compare,
    confirmed,
    differing,
    may_remove,
    portions,
)
from client.pull.errors import MasterError
from client.pull.models import Verification
from client.pull.repair import repair, tell_rest
from client.pull.sides import Sides, first_sums
from client.replication.changes import Applied
from client.replication.declare import Replica, replicas
from telemetry.ecs import duration

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0  # between two looks: what is under way arrives in the meantime
LOOKS = 3  # at a row that moves on while it is repaired
SUSPECTS = 20_000  # differences that are held before they are looked at again
MENDED: tuple[Kind, ...] = ("missing", "stale", "edited")  # as soon as they are found; `extra` at the end

LOCAL = "a local row of this client has this key"

Show = Callable[[Difference], None]


@dataclass(kw_only=True)
class Outcome:
    """What was found, and what is left of it."""

    table: str
    fields: tuple[str, ...] = ()  # that were compared
    started_at: datetime = field(default_factory=timezone.now)
    seconds: float = 0.0
    compared: int = 0  # rows of this client
    found: Counter[Kind] = field(default_factory=Counter)
    left: Counter[Kind] = field(default_factory=Counter)  # after the repair, if there was one
    refused: list[tuple[str, str]] = field(default_factory=list)  # keys that could not be repaired, and why
    ahead: int = 0  # of those left: versions that master has not given
    kept: bool = False  # there were more rows to remove than may be removed unforced

    @property
    def equal(self) -> bool:
        """Tell whether nothing is left that differs."""
        return not self.left.total()


def verify(table: str, *, mend: bool = False, force: bool = False, show: Show = lambda difference: None) -> Outcome:
    """Compare a table with master and write down the result; with `mend` repair what differs.

    `show` is called with each difference, as soon as it is certain. Raises `MasterError`, which is written down too,
    and what database and Redis raise.
    """
    outcome = Outcome(table=table)
    began_at = time.monotonic()
    try:
        _Verification(replicas[table], outcome, mend=mend, force=force, show=show).run()
    except MasterError as error:
        _write_down(outcome, error=str(error))
        logger.error("verify failed", extra={"table": table, "error.message": str(error)})
        raise
    outcome.seconds = time.monotonic() - began_at
    left = {column(kind): outcome.left[kind] for kind in KINDS}
    _write_down(outcome, error="", compared_at=timezone.now(), compared=outcome.compared, **left)
    _log(outcome)
    return outcome


class _Verification:
    """One comparison, with what it repairs on the way."""

    def __init__(self, replica: Replica, outcome: Outcome, *, mend: bool, force: bool, show: Show) -> None:
        self.replica = replica
        self.outcome = outcome
        self.mend = mend
        self.force = force
        self.show = show
        self.extra: dict[str, int | None] = {}  # found, and not removed yet: the versions here

    def run(self) -> None:
        """Find what differs and, if asked to, repair it: a row that is too many last, when their number is known."""
        if self.mend:
            tell_rest(self.replica.table)
        sides, master, client = first_sums(self.replica)
        self.outcome.fields = sides.fields
        self.outcome.compared = sum(each.count for each in client.values())
        for certain in certain_differences(sides, differing(master, client)):
            self._take(list(told_apart(self.replica, certain)))
        if self.mend and not self.outcome.kept:
            self._repair("extra", self.extra)

    def _take(self, differences: Sequence[Difference]) -> None:
        for difference in differences:
            self.show(difference)
        kinds = by_kind(differences)
        counts = {kind: len(found) for kind, found in kinds.items()}
        self.outcome.found.update(counts)
        self.outcome.left.update(counts)
        ahead = sum(difference.ahead for difference in differences)
        self.outcome.ahead += ahead
        if not self.mend:
            return
        for kind in MENDED:
            self._repair(kind, {each.key: each.client for each in kinds[kind] if not each.ahead})
        self._collect({each.key: each.client for each in kinds["extra"]})

    def _collect(self, extra: Mapping[str, int | None]) -> None:
        """Keep the keys of rows to be removed, as long as that many may be."""
        removable = may_remove(self.outcome.found["extra"], self.outcome.compared, force=self.force)
        self.outcome.kept = not removable
        self.extra = {**self.extra, **extra} if removable else {}

    def _repair(self, kind: Kind, found: Mapping[str, int | None]) -> None:
        """Repair rows of one kind, given with the versions found here; count what becomes of each."""
        repaired, ahead = _repaired(self.replica.table, found)
        refused = [(change.key, reason) for change, reason in repaired.refused]
        refused += [(clash.key, LOCAL) for clash in repaired.clashes if clash.field == self.replica.key]
        aside = {clash.key for clash in repaired.clashes} & found.keys()
        self.outcome.refused += refused
        self.outcome.ahead += ahead
        self.outcome.left["set aside"] += len(aside)
        self.outcome.left[kind] -= len(found) - len(repaired.refused) - ahead


def _repaired(table: str, found: Mapping[str, int | None]) -> tuple[Applied, int]:
    """Repair rows; return what became of them, and how many have a version here that master has not given.

    A row is looked at again where a live change came between master's answer and its apply: one that moves on
    whenever it is looked at is kept right by those changes.
    """
    repaired, held, ahead = Applied(), dict(found), 0
    for _ in range(LOOKS):
        again = repair(table, list(held))
        repaired.add(again)
        moved: dict[str, int | None] = {key: held_now for key, held_now in again.newer.items() if held_now != held[key]}
        ahead += len(again.newer) - len(moved)
        held = moved
    return repaired, ahead


def certain_differences(sides: Sides, buckets: Mapping[int, int]) -> Iterator[list[Difference]]:
    """Yield, in portions, what two looks a few seconds apart find differing at the same versions."""
    suspects: dict[str, Difference] = {}
    looked_at: list[int] = []
    for portion in portions(buckets):
        found = compare(*sides.rows(portion))
        suspects |= found
        looked_at += portion if found else []
        if len(suspects) >= SUSPECTS:
            yield _second_look(sides, {each: buckets[each] for each in looked_at}, suspects)
            suspects, looked_at = {}, []
    if suspects:
        yield _second_look(sides, {each: buckets[each] for each in looked_at}, suspects)


def _second_look(sides: Sides, buckets: Mapping[int, int], suspects: Mapping[str, Difference]) -> list[Difference]:
    time.sleep(PAUSE_SECONDS)
    certain: list[Difference] = []
    for portion in portions(buckets):
        certain += confirmed(suspects, compare(*sides.rows(portion)))
    return certain


def _write_down(outcome: Outcome, **fields: object) -> None:
    """Write down what came of it; fields that are not given stay as the comparison before has left them."""
    times = {"started_at": outcome.started_at, "finished_at": timezone.now()}
    Verification.objects.update_or_create(table=outcome.table, defaults={**times, **fields})


def _log(outcome: Outcome) -> None:
    counts = {column(kind): outcome.found[kind] for kind in KINDS}
    fields = {"table": outcome.table, "compared": outcome.compared, "left": outcome.left.total(), **counts}
    level = logging.INFO if outcome.equal else logging.WARNING
    logger.log(level, "verified", extra={**fields, "event.duration": duration(outcome.seconds)})
