"""Users on master, made for one test."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stack.waiting import wait_until
from tests.e2e.console import Console

SECONDS = 120.0  # for what takes a fraction of one, unless the machine is busy or a lease has to end first


@dataclass(frozen=True, kw_only=True)
class Person:
    """One user, by what never changes of him, and the name that he was created with."""

    uid: str
    username: str


class People:
    """Creates and changes users by the ORM on master, and looks for them on the clients."""

    def __init__(self, master: Console, clients: Mapping[str, Console]) -> None:
        self.master = master
        self.clients = clients
        self._names: list[str] = []

    def name(self, begin: str) -> str:
        """Return a username that nobody else has; whoever has it in the end is deleted after the test."""
        self._names.append(f"{begin}-{secrets.token_hex(3)}")
        return self._names[-1]

    def create(self, begin: str = "person", **fields: Any) -> Person:
        """Create a user, and wait until every client has him."""
        username = self.name(begin)
        uid = self.master(
            "from master.users.models import User; result = User.objects.create(**fields).uid",
            fields={"username": username, "email": f"{username}@example.org", **fields},
        )
        person = Person(uid=uid, username=username)
        self.wait_for(person, username=username)
        return person

    def save(self, person: Person, **fields: Any) -> None:
        """Change a user as a view would: load, set, save."""
        self.master(
            "from master.users.models import User\n"
            "user = User.objects.get(uid=uid)\n"
            "for name, value in fields.items(): setattr(user, name, value)\n"
            "user.save()",
            uid=person.uid,
            fields=fields,
        )

    def delete(self, person: Person) -> None:
        """Delete a user."""
        self.master("from master.users.models import User; User.objects.get(uid=uid).delete()", uid=person.uid)

    def on(self, client: str, person: Person) -> dict[str, Any] | None:
        """Return what a client holds of a user, its own columns included; None if it has no such user."""
        row: dict[str, Any] | None = self.clients[client](
            "from client.users.models import User; result = User.objects.filter(uid=uid).values().first()",
            uid=person.uid,
        )
        return row

    def wait_for(self, person: Person, **fields: Any) -> None:
        """Wait until every client holds these values of a user."""
        for client in self.clients:
            assert wait_until(lambda client=client: self._has(client, person, fields), seconds=SECONDS), (  # type: ignore[misc]
                f"{client} has {self.on(client, person)}, not {fields}"
            )

    def forget(self) -> None:
        """Delete everybody of this test who is still there, and wait until no client has them: the next test counts."""
        self.master(
            "from master.users.models import User; User.objects.filter(username__in=names).delete()", names=self._names
        )
        for client, console in self.clients.items():
            assert wait_until(lambda console=console: not self._left(console), seconds=SECONDS), (  # type: ignore[misc]
                f"{client} still has {self._left(console)}"
            )

    def _left(self, client: Console) -> list[str]:
        left: list[str] = client(
            "from client.users.models import User\n"
            "copies = User.objects.exclude(uid=None).filter(username__in=names)\n"
            "result = list(copies.values_list('username', flat=True))",
            names=self._names,
        )
        return left

    def _has(self, client: str, person: Person, fields: Mapping[str, Any]) -> bool:
        row = self.on(client, person)
        return row is not None and fields.items() <= row.items()


def applied(client: Console, uid: str) -> int:
    """Return the version of a user that a client holds, also when a delete was the last."""
    code = "from client.replication.models import AppliedRow; result = AppliedRow.objects.get(key=uid).version"
    return int(client(code, uid=uid))
