"""What an outage of Redis or of the database means for sockets: the window goes, and its page comes again later."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from django.db import InterfaceError, OperationalError
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

OUTAGES = (RedisError, OSError, OperationalError, InterfaceError)
TRY_AGAIN = 1013

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def closing_in_outages(application: Application) -> Application:
    """Wrap an ASGI application for sockets: an outage is one line in the log and a close that says to try again."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await application(scope, receive, send)
        except OUTAGES as error:
            logger.warning("window lost", extra={"error.type": type(error).__name__, "error.message": str(error)})
            with suppress(*OUTAGES, RuntimeError):  # it may be closed already
                await send({"type": "websocket.close", "code": TRY_AGAIN})

    return wrapped
