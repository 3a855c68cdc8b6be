"""The door answers whoever asks, also while it is being shut, and when an answer cannot be found."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from master.notices import door as module
from master.notices.door import Door

SECONDS = 5.0


async def asked_of_a_door_that_is_shut() -> None:
    with ThreadPoolExecutor(1) as threads:
        door = Door(threads)
        serving = asyncio.create_task(door.serve())
        await asyncio.sleep(0)
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        async with asyncio.timeout(SECONDS):
            await door.member("token")


def test_who_comes_to_a_door_that_is_shut_does_not_wait() -> None:
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(asked_of_a_door_that_is_shut())


async def asked_twice() -> list[object]:
    with ThreadPoolExecutor(1) as threads:
        door = Door(threads)
        serving = asyncio.create_task(door.serve())
        async with asyncio.timeout(SECONDS):
            answers: list[object] = []
            for token in ("a", "b"):
                answers += await asyncio.gather(door.member(token), return_exceptions=True)
        serving.cancel()
        return answers


def test_a_question_that_fails_ends_no_door(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_up(tokens: list[str]) -> list[None]:
        if "a" in tokens:
            raise ZeroDivisionError
        return [None] * len(tokens)

    monkeypatch.setattr(module, "members_of", looked_up)
    failed, answered = asyncio.run(asked_twice())
    assert isinstance(failed, ZeroDivisionError)
    assert answered is None
