"""What differs between master and this client: pure functions of digests."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["missing", "stale", "extra", "edited", "set aside"]
KINDS: tuple[Kind, ...] = ("missing", "stale", "extra", "edited", "set aside")
ROWS = 50_000  # that are held in memory at a time; not fewer, for each portion has both sides read the whole table


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What one side has in one bucket."""

    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Row:
    """What one side has under one key."""

    version: int | None  # None: master has given it none yet
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """An object that the two sides do not have alike."""

    key: str
    kind: Kind
    master: int | None  # versions; None: it is not there, or has none yet
    client: int | None

    @property
    def ahead(self) -> bool:
        """Tell whether the client has a version that master has not given: master was restored from a backup."""
        return self.master is not None and self.client is not None and self.client > self.master


def differing(master: Mapping[int, Sum], client: Mapping[int, Sum]) -> dict[int, int]:
    """Return the buckets that differ, each with the rows that are to be looked at there."""
    nothing = Sum(count=0, digest="0" * 16)
    return {
        bucket: max(master.get(bucket, nothing).count, client.get(bucket, nothing).count)
        for bucket in sorted(master.keys() | client.keys())
        if master.get(bucket, nothing) != client.get(bucket, nothing)
    }


def portions(buckets: Mapping[int, int], rows: int = ROWS) -> Iterator[list[int]]:
    """Cut buckets into portions of so many rows at the most, but for a bucket that has more by itself."""
    portion: list[int] = []
    size = 0
    for bucket, count in buckets.items():
        if portion and size + count > rows:
            yield portion
            portion, size = [], 0
        portion.append(bucket)
        size += count
    if portion:
        yield portion


def compare(master: Mapping[str, Row], client: Mapping[str, Row]) -> dict[str, Difference]:
    """Return what differs, by key."""
    keys = [key for key, row in master.items() if (held := client.get(key)) is None or held.digest != row.digest]
    keys += [key for key in client if key not in master]
    return {key: _difference(key, master.get(key), client.get(key)) for key in keys}


def confirmed(first: Mapping[str, Difference], second: Mapping[str, Difference]) -> list[Difference]:
    """Keep what a second look finds at the same versions still: the rest was under way."""
    return [difference for key, difference in first.items() if second.get(key) == difference]


def may_remove(extra: int, compared: int, *, force: bool) -> bool:
    """Tell whether so many rows of a table may be removed: more than 5 % look like a mistake."""
    return force or extra * 20 <= compared


def by_kind(differences: Iterable[Difference]) -> dict[Kind, list[Difference]]:
    """Sort differences by their kind, every kind there."""
    sorted_out: dict[Kind, list[Difference]] = {kind: [] for kind in KINDS}
    for difference in differences:
        sorted_out[difference.kind].append(difference)
    return sorted_out


def column(kind: Kind) -> str:
    """Return the name of a kind in the database, in metrics and in logs."""
    return kind.replace(" ", "_")


def _difference(key: str, master: Row | None, client: Row | None) -> Difference:
    return Difference(
        key=key,
        kind=_kind(master, client),
        master=master.version if master else None,
        client=client.version if client else None,
    )


def _kind(master: Row | None, client: Row | None) -> Kind:
    if client is None:
        return "missing"
    if master is None:
        return "extra"
    return "edited" if master.version == client.version else "stale"
