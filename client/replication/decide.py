"""What to write, to repeat, to set aside and to ignore: pure functions of plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from client.replication.changes import Guard, Incoming

Action = Literal["write", "repeat", "ignore"]


def newest(changes: Iterable[Incoming]) -> dict[str, Incoming]:
    """Keep of each object the newest change; a pulled one wins over a message of the same version."""
    kept: dict[str, Incoming] = {}
    for change in changes:
        held = kept.get(change.key)
        if held is None or (change.version, change.pulled) > (held.version, held.pulled):
            kept[change.key] = change
    return kept


def action(held: Guard, incoming: Incoming) -> Action:
    """Decide what a change means to a client that holds a version of the object."""
    if incoming.version > held.version or (incoming.pulled and incoming.version == held.version):
        return "write"
    return "repeat" if incoming.version == held.version else "ignore"


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A local row that has a unique value which a change claims."""

    key: str | None  # None: a local row
    version: int
    value: str


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A unique value that a change brings."""

    key: str
    version: int
    value: str


@dataclass(kw_only=True)
class Settlement:
    """Who has to give way for one unique field."""

    first_aside: set[str] = field(default_factory=set)  # rows to set aside before the changes are written
    stale: set[str] = field(default_factory=set)  # changes that are written with their value set aside
    clashing: set[str] = field(default_factory=set)  # of those, the ones that a local row stands against


def settle(claims: Sequence[Claim], holders: Sequence[Holder]) -> Settlement:
    """Settle who gets each claimed value: a local row keeps its own, else the highest version wins.

    A holder that is itself among the claims gets its new value by the same statement as the others; since one
    statement cannot swap two values, it is set aside before.
    """
    settled = Settlement()
    best: dict[str, Claim] = {}
    for claim in sorted(claims, key=lambda each: each.version):
        if claim.value in best:
            settled.stale.add(best[claim.value].key)
        best[claim.value] = claim
    moving = {claim.key for claim in claims}
    for holder in holders:
        winner = best[holder.value]
        if holder.key is None:
            claimants = {claim.key for claim in claims if claim.value == holder.value}
            settled.stale |= claimants
            settled.clashing |= claimants
        elif holder.key == winner.key:
            continue
        elif holder.key in moving or holder.version < winner.version:
            settled.first_aside.add(holder.key)
        else:
            settled.stale.add(winner.key)
    return settled
