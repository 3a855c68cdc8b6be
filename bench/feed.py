"""`python -m bench.feed`: how fast a post is with those who follow its hashtag, and how fast 500 are listed."""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psutil

from bench.hearing import PATIENCE, cpu, size
from bench.report import Report
from bench.sockets import Socket, now, open_many
from bench.windows import Page, load_pages, use_client
from stack.stack import Stack

RUNS = 3
FOLLOWERS = 1_000
POSTS, PAUSE = 60, 0.1  # that all of them get, and the seconds in between
LISTED, LISTS = 500, 100
PATH = "/ws/feed/"


class Told:
    """What the sockets hear: replies by their number, and when each socket had which post."""

    def __init__(self) -> None:
        self.replies: dict[int, list[dict[str, Any]]] = {}
        self.came: dict[str, list[float]] = {}
        self._last: tuple[bytes, list[float]] = (b"", [])

    def __call__(self, socket: Socket, payload: bytes) -> None:
        """Take one frame; all followers get the same event, so it is read once."""
        came = now()
        if payload != self._last[0]:
            message = json.loads(payload)
            if "request_id" in message:
                self.replies.setdefault(message["request_id"], []).append(message)
                return
            self._last = payload, self.came.setdefault(message["data"]["body"], [])
        self._last[1].append(came)

    async def wait(self, count: int, found: Any) -> None:
        """Wait until something is there so often."""
        async with asyncio.timeout(PATIENCE):
            while len(found()) < count:  # noqa: ASYNC110 - of a thousand sockets
                await asyncio.sleep(0.001)


async def one_run(stack: Stack, pages: list[Page], report: Report) -> None:
    """Measure everything once."""
    web = stack.process("client-web")
    await asyncio.to_thread(web.restart)
    port, told, measured = stack.processes["client-web"].port or 0, Told(), psutil.Process(web.pid)
    first = await Socket.open(port, PATH, pages[0].headers, told)
    await follow([first], told, 1)
    before = size(measured)
    sockets = await open_many(port, [(PATH, page.headers) for page in pages], told)
    await follow(sockets, told, 2)
    report.shown("memory of a socket that follows", (size(measured) - before) / len(sockets), "KB")
    spent, lasts = await posts(measured, pages[0].user_pk, len(sockets) + 1, told)
    report.at_most("last of 1,000 followers of a hashtag has a post, p50", median(lasts), "ms", 60)
    report.shown("  last of 1,000, p95", quantiles(lasts, n=20)[-1], "ms")
    report.shown("  CPU of a delivery", spent * 1e6 / (POSTS * len(sockets)), "µs")
    await asyncio.to_thread(fill, pages[0].user_pk)
    times = await lists(first, told)
    report.at_most("list of 500, p50", median(times), "ms", 60)
    report.shown("  list of 500, p95", quantiles(times, n=20)[-1], "ms")
    for socket in (*sockets, first):
        socket.close()


async def lists(socket: Socket, told: Told) -> list[float]:
    """List again and again; return the milliseconds of each answer."""
    times = []
    for number in range(10, 10 + LISTS):
        await asyncio.sleep(0.06)  # fewer than are allowed
        began = now()
        socket.send(json.dumps({"action": "list", "request_id": number}))
        await told.wait(1, lambda: told.replies.get(number, ()))  # noqa: B023 - awaited here
        times.append((now() - began) * 1000)
        if len(told.replies[number][0]["data"]) != LISTED:
            raise RuntimeError("not all were listed")
    return times


async def follow(sockets: list[Socket], told: Told, number: int) -> None:
    """Let sockets follow the hashtag."""
    for socket in sockets:
        socket.send(json.dumps({"action": "subscribe_to_hashtag", "request_id": number, "hashtag": "bench"}))
    await told.wait(len(sockets), lambda: told.replies.get(number, ()))


async def posts(process: psutil.Process, author: int, followers: int, told: Told) -> tuple[float, list[float]]:
    """Write posts; return the CPU spent, and of each the milliseconds from before its save to its last arrival."""
    from client.feed.models import Post  # noqa: PLC0415 - Django is there only now

    lasts = []
    before = cpu(process)
    for number in range(POSTS):
        body = f"#bench {number} {now()}"
        began = now()
        await asyncio.to_thread(Post.objects.create, author_id=author, body=body)
        await told.wait(followers, lambda: told.came.get(body, ()))  # noqa: B023 - awaited here
        lasts.append((max(told.came[body]) - began) * 1000)
        await asyncio.sleep(PAUSE)
    return cpu(process) - before, lasts


def fill(author: int) -> None:
    """Leave posts of some length, and nobody who is told of them."""
    from client.feed.models import Post  # noqa: PLC0415 - as above

    Post.objects.all().delete()
    Post.objects.bulk_create(Post(author_id=author, body=f"{n} {'words ' * 25}") for n in range(2 * LISTED))


def main() -> int:
    """Return 0 when every limit holds, 1 when one does not."""
    parser = argparse.ArgumentParser(prog="python -m bench.feed", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"the median of which counts ({RUNS})")
    arguments = parser.parse_args()
    report = Report()
    with (
        tempfile.TemporaryDirectory(prefix="reactive-tables-bench-") as directory,
        Stack(Path(directory) / "stack", ports="free", debug=False) as stack,
    ):
        use_client(stack)
        pages = load_pages(stack, FOLLOWERS)
        for _ in range(arguments.runs):
            asyncio.run(one_run(stack, pages, report))
    sys.stdout.write(report.text())
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
