"""The client's application: pages, windows, and the beginning and end of the process."""

import asyncio

from client.live.hub import hub
from client.live.outage import Application, Receive, Scope, Send
from client.live.threads import close_all
from client.live.window import with_windows
from telemetry.workers import spare_what_is_loaded


def application_with(http: Application) -> Application:
    """Return the whole application, of which `http` serves the pages."""

    async def other(scope: Scope, receive: Receive, send: Send) -> None:
        await (lifespan if scope["type"] == "lifespan" else http)(scope, receive, send)

    return with_windows(other)


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """Let go of threads and connections when the server stops; it has closed the windows by then, with 1012."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            spare_what_is_loaded()
        else:
            hub().stop()
            await asyncio.to_thread(close_all)  # Django closes no connection on an event loop
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
