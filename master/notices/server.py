"""The websocket server beside Django: it greets who brings a good token, and tells him what he may know."""

import asyncio
import logging
import random
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connections
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Origin

from master.notices import metrics
from master.notices.audience import Audience
from master.notices.door import Door, in_thread
from master.notices.events import Event
from master.notices.rights import rights_of
from master.notices.subscription import hear
from telemetry.heartbeat import heartbeat

logger = logging.getLogger(__name__)
protocol_logger = logging.getLogger("master.notices.protocol")
protocol_logger.setLevel(logging.WARNING)  # or it tells of every connection

TOKEN_SECONDS = 10.0  # to say who one is
FRAME_BYTES = 4096
PING_SECONDS = 20.0  # between pings, and until an answer
PULSE_SECONDS = 1.0
RENEW_SECONDS = 2.0  # between two looks at the rights of all who are here
GOODBYE_SECONDS = 1.0  # for a browser to answer when we close
AGAIN_SECONDS = 600.0  # about; then a page needs a new token, which it is given only while its user is signed in
FAILED, NOT_ALLOWED, RESTART, TRY_LATER, AGAIN = 1011, 1008, 1012, 1013, 4408


def _answer_balancer(connection: ServerConnection, request: Request) -> Response | None:
    """Say that this process is alive to a load balancer, which asks on the port that it leads browsers to."""
    return connection.respond(HTTPStatus.OK, "alive\n") if request.path == "/healthz" else None


def _tell_of_origin(connection: ServerConnection, request: Request, response: Response) -> None:
    """Log what page was refused: its user sees no notices, and nothing else says why."""
    if response.status_code == HTTPStatus.FORBIDDEN:
        logger.info("origin refused", extra={"origin": ", ".join(request.headers.get_all("Origin"))})


class Notices:
    """One server. Any number may run."""

    def __init__(self) -> None:
        self.audience = Audience()
        self._news: asyncio.Queue[Event] = asyncio.Queue(maxsize=1000)
        self._closing: set[asyncio.Task[None]] = set()
        # a thread each, and so a connection to the database: no rush of new ones holds up an event
        self._at_door, self._for_rights = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._door = Door(self._at_door)

    async def run(self, host: str, port: int, stop: asyncio.Event, listening: Callable[[int], None]) -> None:
        """Serve until told to stop; call `listening` with the port once everything is heard."""
        heard = asyncio.Event()
        async with serve(
            self._handle,
            host,
            port,
            origins=[None, *map(Origin, settings.NOTICES_ORIGINS)],
            process_request=_answer_balancer,
            process_response=_tell_of_origin,
            compression=None,
            max_size=FRAME_BYTES,
            ping_interval=PING_SECONDS,
            ping_timeout=PING_SECONDS,
            close_timeout=GOODBYE_SECONDS,
            server_header=None,
            logger=protocol_logger,
        ) as server:
            endless = (hear(self._hear, heard), self._tell(), self._door.serve(), _go_round())
            works = [asyncio.create_task(each) for each in (*endless, stop.wait())]
            await asyncio.wait([*works, asyncio.create_task(heard.wait())], return_when=asyncio.FIRST_COMPLETED)
            listening(server.sockets[0].getsockname()[1])
            ended, going_on = await asyncio.wait(works, return_when=asyncio.FIRST_COMPLETED)
            for work in going_on:
                work.cancel()
            server.close(code=RESTART, reason="the server stops")
        self._close_threads()
        for work in ended:
            work.result()  # none ends by itself unless it fails

    async def _handle(self, connection: ServerConnection) -> None:
        try:
            async with asyncio.timeout(TOKEN_SECONDS):
                token = await connection.recv()
        except TimeoutError:
            token = b""
        except ConnectionClosed:
            return
        await self._let_in(connection, token if isinstance(token, str) else "")

    async def _let_in(self, connection: ServerConnection, token: str) -> None:
        try:
            member = await self._door.member(token)
        except DatabaseError as error:
            logger.warning("database unreachable", extra={"error.message": str(error)})
            return await connection.close(TRY_LATER, "try again later")
        if member is None:
            metrics.refused.inc()
            return await connection.close(FAILED, "authentication failed")
        self.audience.greet(member, connection)
        try:
            async with asyncio.timeout(AGAIN_SECONDS * random.uniform(0.8, 1)):  # noqa: S311 - jitter
                async for _ in connection:  # nothing that a browser might add means anything
                    pass
        except TimeoutError:
            await connection.close(AGAIN, "come again with a new token")
        except ConnectionClosed:
            pass
        finally:
            self.audience.forget(member, connection)

    def _hear(self, event: Event) -> None:
        if self._news.full():
            logger.warning("too many events")
        else:
            self._news.put_nowait(event)

    async def _tell(self) -> None:
        """Tell what comes, each event by the rights read after it came; without events look at them all the same.

        While the database does not say who may know, nobody is told.
        """
        while True:
            events = await self._next_events()
            try:
                users = await self._renew()
            except DatabaseError as error:
                logger.warning("rights unknown", extra={"error.message": str(error), "events": len(events)})
                await asyncio.sleep(RENEW_SECONDS)
                continue
            for event in events:
                self.audience.tell(event, users)

    async def _next_events(self) -> list[Event]:
        try:
            async with asyncio.timeout(RENEW_SECONDS):
                events = [await self._news.get()]
        except TimeoutError:
            return []
        while not self._news.empty():
            events.append(self._news.get_nowait())
        return events

    async def _renew(self) -> Collection[int]:
        """Read the rights of all who are here; return who that was: whoever comes meanwhile came after the events."""
        users = self.audience.users
        if users:
            rights = await in_thread(self._for_rights, lambda: rights_of(users))
            for connection in self.audience.renew(users, rights):
                self._closing.add(task := asyncio.create_task(connection.close(NOT_ALLOWED, "no longer allowed")))
                task.add_done_callback(self._closing.discard)
        return users

    def _close_threads(self) -> None:
        for threads in (self._at_door, self._for_rights):
            threads.submit(connections.close_all)
            threads.shutdown(wait=False)


async def _go_round() -> None:
    """Say again and again that the event loop goes round."""
    pulse = heartbeat("event loop")
    while True:
        pulse.beat()
        await asyncio.sleep(PULSE_SECONDS)
