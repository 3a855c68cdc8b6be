"""Link rows that were here before to master's, by a field whose values are unique on both sides.

Nothing is guessed: a value that stands for several rows on either side, also when they differ in case only, is left to
people, and so are the client's own staff.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Reason = Literal["ambiguous", "case", "staff", "taken"]


@dataclass(frozen=True, kw_only=True)
class Local:
    """A row of this client that is nobody's copy."""

    pk: Any
    value: str
    staff: bool  # it may administrate this client


@dataclass(frozen=True, kw_only=True)
class Theirs:
    """One of master's objects."""

    key: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """A local row, and the object that it becomes a copy of."""

    pk: Any
    key: str
    value: str


@dataclass(frozen=True, kw_only=True)
class LeftAlone:
    """Local rows that are not linked, and why."""

    values: tuple[str, ...]  # of the local rows
    theirs: tuple[str, ...]  # values of those on master that could be meant
    reason: Reason


@dataclass(kw_only=True)
class Plan:
    """What would be linked, and what not."""

    links: list[Link] = field(default_factory=list)
    left_alone: list[LeftAlone] = field(default_factory=list)
    unknown: int = 0  # local rows whose value master does not have


def fold(value: str) -> str:
    """Return what values that differ in case only have in common."""
    return value.casefold()


def plan(local: Iterable[Local], master: Iterable[Theirs]) -> Plan:
    """Decide which local rows are linked to which of master's objects."""
    here: dict[str, list[Local]] = defaultdict(list)
    there: dict[str, list[Theirs]] = defaultdict(list)
    for row in local:
        here[fold(row.value)].append(row)
    for theirs in master:
        if fold(theirs.value) in here:
            there[fold(theirs.value)].append(theirs)
    made = Plan()
    for folded, rows in here.items():
        _decide(made, rows, there.get(folded, []))
    return made


def leave_taken(made: Plan, taken: Container[str]) -> None:
    """Leave alone the rows whose object this client has a copy of already, in another row."""
    made.left_alone += [
        LeftAlone(values=(each.value,), theirs=(each.value,), reason="taken")
        for each in made.links
        if each.key in taken
    ]
    made.links = [each for each in made.links if each.key not in taken]


def _decide(made: Plan, rows: Sequence[Local], theirs: Sequence[Theirs]) -> None:
    if not theirs:
        made.unknown += len(rows)
    elif reason := _reason(rows, theirs):
        values, meant = tuple(row.value for row in rows), tuple(each.value for each in theirs)
        made.left_alone.append(LeftAlone(values=values, theirs=meant, reason=reason))
    else:
        made.links.append(Link(pk=rows[0].pk, key=theirs[0].key, value=rows[0].value))


def _reason(rows: Sequence[Local], theirs: Sequence[Theirs]) -> Reason | None:
    if any(row.staff for row in rows):
        return "staff"
    if len(rows) > 1 or len(theirs) > 1:
        return "ambiguous"
    return None if rows[0].value == theirs[0].value else "case"
