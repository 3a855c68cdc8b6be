"""Who is connected, and what each of them is told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from websockets.asyncio.server import ServerConnection, broadcast

from master.notices import metrics
from master.notices.events import Event, encode
from master.notices.rights import Member, Rights

BACKLOG_BYTES = 64 * 1024  # that a connection may leave unread; beyond it is dropped


class Audience:
    """The connections of one server, by user. Used in its event loop only."""

    def __init__(self) -> None:
        self._rights: dict[int, Rights] = {}
        self._connections: defaultdict[int, set[ServerConnection]] = defaultdict(set)

    def __len__(self) -> int:
        return sum(map(len, self._connections.values()))

    @property
    def users(self) -> Collection[int]:
        """Who is here."""
        return list(self._connections)

    def greet(self, member: Member, connection: ServerConnection) -> None:
        """Let somebody in: what comes after the greeting reaches him."""
        broadcast([connection], f"Hello {member.username}!")
        self._connections[member.pk].add(connection)
        self._rights[member.pk] = member.rights
        metrics.opened.inc()

    def forget(self, member: Member, connection: ServerConnection) -> None:
        """Let somebody out."""
        connections = self._connections[member.pk]
        connections.discard(connection)
        if not connections:
            del self._connections[member.pk]
            self._rights.pop(member.pk, None)
        metrics.closed.inc()

    def renew(self, asked: Iterable[int], rights: Mapping[int, Rights]) -> list[ServerConnection]:
        """Take over the rights of those who were asked about; return the connections of those who have none now."""
        for pk in asked:
            if pk in self._connections:
                self._rights[pk] = rights.get(pk, Rights())
        return [each for pk in asked if pk not in rights for each in self._connections.get(pk, ())]

    def tell(self, event: Event, users: Collection[int]) -> None:
        """Tell all of these users who may know. Who may not change the object is given no link to it."""
        content_type_id = event["content_type_id"]
        if not isinstance(content_type_id, int):
            return
        seeing = [pk for pk in users if pk in self._rights and self._rights[pk].may_see(content_type_id)]
        changing = {pk for pk in seeing if self._rights[pk].may_change(content_type_id)}
        self._send(encode(event), changing)
        self._send(encode({**event, "link": None}), [pk for pk in seeing if pk not in changing])

    def _send(self, payload: str, pks: Collection[int]) -> None:
        reading = [each for pk in pks for each in self._connections[pk] if _reads(each)]
        broadcast(reading, payload)
        metrics.sent.inc(len(reading))


def _reads(connection: ServerConnection) -> bool:
    """Tell whether a connection takes what it is sent; drop it if not: `broadcast` waits for nobody."""
    if connection.transport.get_write_buffer_size() <= BACKLOG_BYTES:
        return True
    metrics.slow.inc()
    connection.transport.abort()
    return False
