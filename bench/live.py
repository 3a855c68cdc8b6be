"""`python -m bench.live`: what windows cost one web process, beside a bare server of `websockets` in the same run."""

import argparse
import asyncio
import json
import random
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psutil

from bench.hearing import PATIENCE, Heard, cpu, fan_out, running, size
from bench.report import Report
from bench.sockets import Socket, now, open_many
from bench.windows import PREFIX, Page, load_pages, use_client
from stack.ports import free_port
from stack.stack import Stack

RUNS = 3
MANY, HELD = 1_000, 5_000  # windows that hear, and that are held
RATE, STEADY = 500, 5_000  # pushes a second to one of them, and how many
CLICKS = 200
COME_BACK = 10.0  # seconds over which pages spread when the server stops, as `live.js` does
ASK_AGAIN = 10.0  # seconds after which a page asks once more, and a worker drops the call


async def bare(report: Report) -> float:
    """Measure the reference; return its CPU a delivery."""
    port = free_port()
    with running("bench.bare", str(port)) as process:
        heard = Heard()
        measured = psutil.Process(process.pid)
        speaker = await _first(port, heard)
        before, idle = size(measured), cpu(measured)
        sockets = await open_many(port, [("/", [])] * MANY, heard)
        report.shown("  bare server: CPU of a connect", (cpu(measured) - idle) * 1000 / MANY, "ms")
        report.shown("  bare server: memory of a socket", (size(measured) - before) / MANY, "KB")
        loop = asyncio.get_running_loop()

        def say(number: int) -> None:
            frame = {"signal": "bench.told", "opts": {"number": number, "at": now(), "topic": "users", "n": number}}
            loop.call_soon_threadsafe(speaker.send, json.dumps({**frame, "signal_id": "0" * 36}))

        each, last = await fan_out(measured, MANY, say, heard)
        report.shown("  bare server: CPU of a delivery", each, "µs")
        report.shown("  bare server: last of 1,000", last, "ms")
        for socket in (*sockets, speaker):
            socket.close()
    return each


async def _first(port: int, heard: Heard) -> Socket:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await Socket.open(port, "/", [], heard)
            except OSError:
                await asyncio.sleep(0.05)


async def one_run(stack: Stack, pages: list[Page], report: Report) -> None:
    """Measure everything once."""
    floor = await bare(report)
    web = stack.process("client-web")
    await asyncio.to_thread(web.restart)
    port, heard, measured = stack.processes["client-web"].port or 0, Heard(), psutil.Process(web.pid)
    await warm_up(port, pages)
    before, idle = size(measured), cpu(measured)
    sockets = await open_many(port, asked(pages[:MANY]), heard)
    report.at_most("CPU of a connect, authentication included", (cpu(measured) - idle) * 1000 / MANY, "ms", 3)
    each, last = await fan_out(measured, MANY, push_to_all, heard)
    report.at_most("CPU of a delivery", each, "µs", 20)
    report.at_most("  times that of the bare server", each / floor, "times", 2)
    report.at_most("last of 1,000 windows, p50", last, "ms", 35)
    await clicks(sockets[0], report)
    await steady(pages[0], heard, report)
    sockets += await open_many(port, asked(pages[MANY:]), heard)
    await asyncio.sleep(2)
    report.at_most(f"memory of a window, {len(pages):,} held", (size(measured) - before) / len(pages), "KB", 25)
    await all_come_back(stack, pages, sockets, report)


async def warm_up(port: int, pages: list[Page]) -> None:
    """Let the server import what it needs, and open its connections."""
    for socket in await open_many(port, asked(pages[:50]), lambda *_: None):
        socket.close()
    await asyncio.sleep(2)


def push_to_all(number: int) -> None:
    """Push to the topic that all windows have."""
    from client.live.push import push  # noqa: PLC0415 - Django is there only now
    from client.live.topics import DIRECTORY  # noqa: PLC0415

    push(DIRECTORY, "bench.told", number=number, at=now())


def asked(pages: list[Page]) -> list[tuple[str, list[str]]]:
    """Return what the windows of pages ask for."""
    return [(page.path, page.headers) for page in pages]


async def clicks(socket: Socket, report: Report) -> None:
    """Call a signal and wait for its answer, on an idle stack."""
    times = []
    for number in range(CLICKS):
        await asyncio.sleep(random.uniform(0.04, 0.08))  # noqa: S311 - fewer than are allowed, and without a rhythm
        began = now()
        await snapshot(socket, number)
        times.append((now() - began) * 1000)
    report.at_most("click, Celery, answer: p50", median(times), "ms", 10)
    report.shown("  the same, p95", quantiles(times, n=20)[-1], "ms")


async def snapshot(socket: Socket, ask: int) -> dict[str, Any]:
    """Ask for the page's state, as pages do, and wait for it."""
    answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
    heard = socket._heard

    def take(_: Socket, payload: bytes) -> None:
        message = json.loads(payload)
        if message["signal"] == "users.snapshot" and not answer.done():
            answer.set_result(message["opts"])

    socket._heard = take
    try:
        async with asyncio.timeout(PATIENCE):
            while not answer.done():
                socket.send(json.dumps({"signal": "users.snapshot", "opts": {"view": "you", "ask": ask}}))
                await asyncio.wait({answer}, timeout=ASK_AGAIN)
        return answer.result()
    finally:
        socket._heard = heard


async def steady(page: Page, heard: Heard, report: Report) -> None:
    """Let a Celery worker push to one window among all of them."""
    from bench.pusher import QUEUE, push_steadily  # noqa: PLC0415 - Django is there only now

    worker = ("celery", "-q", "-A", "bench.pusher", "worker", "-Q", QUEUE, "-c", "1", "-n", "bench@%h")
    with running(*worker, "--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "ERROR"):
        for warm_up in (True, False):
            count = RATE if warm_up else STEADY
            heard.begin(count, 1)
            push_steadily.apply_async((page.topic, RATE, count), queue=QUEUE)
            await heard.all()
    lags = [lag for each in heard.lags.values() for lag in each]
    report.at_most("one window of 1,000, 500 pushes/s: p99", quantiles(lags, n=100)[-1], "ms", 5)
    report.shown("  the same, p50", median(lags), "ms")
    report.at_most("  lost or doubled", abs(STEADY - len(lags)), "pushes", 0)


async def all_come_back(stack: Stack, pages: list[Page], sockets: list[Socket], report: Report) -> None:
    """Restart the server under all windows; they come back as pages do, ask for their state, and find it right."""
    from client.users.models import User  # noqa: PLC0415

    told = f"written at {now()}"
    users = User.objects.filter(username__startswith=PREFIX)
    await asyncio.to_thread(lambda: users.update(status=told))  # of which no page hears
    began = now()
    restart = asyncio.create_task(asyncio.to_thread(stack.process("client-web").restart))
    codes = [await socket.closed for socket in sockets]
    report.at_most("  windows that were not told to come back", sum(code != 1012 for code in codes), "windows", 0)
    port = stack.processes["client-web"].port or 0
    back = await asyncio.gather(*(come_back(port, page, told) for page in pages))
    await restart
    report.at_most(f"{len(pages):,} windows dropped: all are back and right", max(back) - began, "s", 30)


async def come_back(port: int, page: Page, told: str) -> float:
    """Do as a page does that was closed with 1012; return when its state was right."""
    await asyncio.sleep(random.uniform(0, COME_BACK))  # noqa: S311
    pause = 0.25
    while True:
        try:
            socket = await Socket.open(port, page.path, page.headers, lambda *_: None)
            state = await snapshot(socket, 1)
        except OSError:
            await asyncio.sleep(random.uniform(0, pause))  # noqa: S311
            pause = min(30.0, pause * 2)
            continue
        finally_right = state["rows"][0]["user"]["status"] == told
        socket.close()
        if not finally_right:
            raise RuntimeError(f"the page of {page.user_pk} is wrong: {state}")
        return now()


def main() -> int:
    """Return 0 when every limit holds, 1 when one does not."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"the median of which counts ({RUNS})")
    parser.add_argument("--windows", type=int, default=HELD, help=f"that are held ({HELD:,})")
    arguments = parser.parse_args()
    report = Report()
    with (
        tempfile.TemporaryDirectory(prefix="reactive-tables-bench-") as directory,
        Stack(Path(directory) / "stack", ports="free", debug=False) as stack,
    ):
        use_client(stack)
        pages = load_pages(stack, arguments.windows)
        for run in range(1, 1 + arguments.runs):
            sys.stdout.write(f"run {run}\n")
            sys.stdout.flush()
            asyncio.run(one_run(stack, pages, report))
    sys.stdout.write(report.text())
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
