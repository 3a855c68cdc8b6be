"""A master that fits on a page: users, versions as its triggers give them, and what it would publish."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from client.replication.changes import Incoming

KEYS = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(6)]
NAMES = ["ada", "bob", "cy", "dee", "eve", "fay", "root"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A user on master."""

    username: str
    first_name: str = ""
    is_active: bool = True
    is_staff: bool = False

    def replicated(self) -> dict[str, object]:
        """Return the fields that clients see."""
        return {"username": self.username, "first_name": self.first_name, "is_active": self.is_active}


class Master:
    """Runs one transaction after the other; what a unique name forbids does not happen."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.version = 0
        self.outbox: dict[str, Incoming] = {}  # the newest change of each object
        self.published: list[Incoming] = []  # every state that was ever committed
        for key, name in zip(KEYS[1:], NAMES, strict=False):
            self.run("create", key, name, False)

    def create(self, key: str, name: str, staff: bool) -> None:
        """Create a user, or one who was deleted again."""
        if key not in self.rows and self._free(name):
            self._write(key, Row(username=name, is_staff=staff and name == "eve"))

    def rename(self, key: str, name: str, _: bool) -> None:
        """Give a user a name that is free."""
        if key in self.rows and self._free(name):
            self._write(key, replace(self.rows[key], username=name))

    def swap(self, key: str, name: str, _: bool) -> None:
        """Let a user and the holder of a name swap their names, by way of a third, in one transaction."""
        other = next((each for each, row in self.rows.items() if row.username == name), key)
        if key in self.rows and other != key:
            mine = self.rows[key].username
            self._write(key, replace(self.rows[key], username="~"))
            self._write(other, replace(self.rows[other], username=mine))
            self._write(key, replace(self.rows[key], username=name))

    def edit(self, key: str, name: str, active: bool) -> None:
        """Change what is not unique."""
        if key in self.rows:
            self._write(key, replace(self.rows[key], first_name=name.title(), is_active=active))

    def promote(self, key: str, _: str, staff: bool) -> None:
        """Make a user staff, whom no client sees, or no longer staff."""
        if key in self.rows:
            self._write(key, replace(self.rows[key], is_staff=staff and not self.rows[key].is_staff))

    def delete(self, key: str, *_: object) -> None:
        """Delete a user."""
        self._write(key, None)

    def run(self, operation: str, key: str, name: str, flag: bool) -> None:
        """Run one transaction and note what is committed then."""
        before = dict(self.outbox)
        step: Callable[[str, str, bool], None] = getattr(self, operation)
        step(key, name, flag)
        self.published += [change for each, change in self.outbox.items() if before.get(each) is not change]

    def visible(self) -> dict[str, Row]:
        """Return the rows that clients see."""
        return {key: row for key, row in self.rows.items() if not row.is_staff}

    def _free(self, name: str) -> bool:
        return all(row.username != name for row in self.rows.values())

    def _write(self, key: str, row: Row | None) -> None:
        before = self._seen(self.rows.get(key))
        if row is None:
            self.rows.pop(key, None)
        else:
            self.rows[key] = row
        after = self._seen(row)
        if before != after:
            self.version += 1
            self.outbox[key] = Incoming(key=key, version=self.version, deleted=after is None, row=after or {})

    @staticmethod
    def _seen(row: Row | None) -> dict[str, object] | None:
        return None if row is None or row.is_staff else row.replicated()


# Often what hands names over, seldom what takes users away.
OPERATIONS = (*["create"] * 4, *["rename"] * 6, *["swap"] * 4, "edit", "promote", "delete")


def batches(deliveries: list[Incoming], sizes: Iterator[int]) -> Iterator[list[Incoming]]:
    """Cut deliveries into batches of these sizes, again and again."""
    start = 0
    while start < len(deliveries):
        size = next(sizes)
        yield deliveries[start : start + size]
        start += size
