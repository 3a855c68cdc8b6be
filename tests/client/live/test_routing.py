"""The beginning and the end of a web process."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from client.live.routing import lifespan
from client.live.threads import Threads, calling, judging
from client.users.models import User


@pytest.mark.django_db(transaction=True)
def test_threads_and_their_connections_end_with_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.live.routing.spare_what_is_loaded", lambda: None)
    said: list[str] = []

    @async_to_sync
    async def run() -> None:
        events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for kind in ("startup", "shutdown"):
            events.put_nowait({"type": f"lifespan.{kind}"})

        async def say(message: dict[str, Any]) -> None:
            said.append(message["type"])

        pools = (judging, calling, Threads("of-a-room", 1))
        assert [await threads.run(User.objects.count) for threads in pools] == [0, 0, 0]
        opened = [each for threads in pools for each in threads._connections]
        assert len(opened) == 3
        assert all(each.connection is not None for each in opened)
        await lifespan({"type": "lifespan"}, events.get, say)
        assert [each.connection for each in opened] == [None] * len(opened)

    run()
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
