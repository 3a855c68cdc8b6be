"""Questions of many windows, answered together."""

import asyncio
from collections.abc import Sequence

from client.live.batching import Batches


class Answers:
    """Doubles numbers, one batch after the other, each when the test lets it."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.let = asyncio.Semaphore(0)

    async def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.batches.append(list(numbers))
        await self.let.acquire()
        if 13 in numbers:
            raise ValueError(numbers)
        return [2 * number for number in numbers]


def test_the_first_question_is_asked_at_once_and_the_next_ones_together() -> None:
    async def run() -> None:
        answers = Answers()
        batches = Batches(answers)
        asked = [asyncio.create_task(batches.ask(1))]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert answers.batches == [[1]]
        asked += [asyncio.create_task(batches.ask(number)) for number in (2, 3, 4)]
        answers.let.release()
        answers.let.release()
        assert await asyncio.gather(*asked) == [2, 4, 6, 8]
        assert answers.batches == [[1], [2, 3, 4]]

    asyncio.run(run())


def test_a_batch_has_a_limit() -> None:
    async def run() -> None:
        answers = Answers()
        for _ in range(3):
            answers.let.release()
        batches = Batches(answers, most=2)
        assert await asyncio.gather(*(batches.ask(number) for number in range(5))) == [0, 2, 4, 6, 8]
        assert answers.batches == [[0, 1], [2, 3], [4]]

    asyncio.run(run())


def test_a_batch_that_fails_fails_for_its_own_only() -> None:
    async def run() -> None:
        answers = Answers()
        for _ in range(3):
            answers.let.release()
        batches = Batches(answers)
        first = await asyncio.gather(batches.ask(1), batches.ask(13), return_exceptions=True)
        assert [type(each) for each in first] == [ValueError, ValueError]
        assert await batches.ask(2) == 4

    asyncio.run(run())


def test_who_does_not_wait_any_more_disturbs_nobody() -> None:
    async def run() -> None:
        answers = Answers()
        batches = Batches(answers)
        gone, stays = asyncio.create_task(batches.ask(1)), asyncio.create_task(batches.ask(2))
        await asyncio.sleep(0)
        gone.cancel()
        answers.let.release()
        assert await stays == 4

    asyncio.run(run())
