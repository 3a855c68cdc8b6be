"""What is measured. Each function is one run; the medians of several count."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from django.contrib.auth.models import AbstractUser

from bench import counters, page
from bench.arrival import Arrivals
from bench.floor import Floor
from bench.memory import report_most, watched
from bench.paused import pipeline_paused
from bench.plain import PlainUser, plain_table
from bench.report import Report
from master.users.models import User
from stack.stack import Stack

USERS = 200  # that a writer goes round
SAVES = 4_000  # of one writer flat out
BLOCK, PAIRS = 300, 11  # saves of one kind in a row, where two kinds are compared, and how often
IDLE_SAVES = 100
BULK_USERS, BULK_BLOCK = 100_000, 10_000
SPACING = (0.15, 0.45)  # seconds between changes on an idle stack: no rhythm that a poll could fall in with


def saves(stack: Stack, report: Report) -> None:
    """Compare `save()` of a replicated and of a plain model, by turns."""
    with plain_table():
        plain, replicated = _users(PlainUser), _users(User)
        with pipeline_paused(stack):
            ratio = _by_turns(plain, replicated)
        report.at_most("save(): replicated / plain, relay running", ratio, "times", 1.3)
        report.shown("save(): the same with the whole pipeline at work", _by_turns(plain, replicated), "times")


def flat_out(stack: Stack, report: Report) -> None:
    """Let one writer save as fast as it can, and wait until the last change is on the client."""
    with plain_table():
        plain = _timed_saves(_users(PlainUser), SAVES)
    run = until_equal(stack, _users(User), ["client"])
    report.at_least("end to end, one writer: changes/s / plain saves/s", plain / run.whole, "times", 0.65)
    report.shown("  plain saves", SAVES / plain, "/s")
    report.shown("  replicated saves while the pipeline runs", SAVES / run.writing, "/s")
    report.shown("  end to end", SAVES / run.whole, "/s")
    report.at_most("  AWS calls per 1,000 changes", run.spent.aws_calls * 1000 / SAVES, "calls", 30)
    for process, seconds in run.spent.cpu_seconds.items():
        report.cpu[process].append(seconds * 1000 / SAVES)


def two_clients(stack: Stack, report: Report) -> None:
    """Do the same with two clients, which share the two cores."""
    with plain_table():
        plain = _timed_saves(_users(PlainUser), SAVES)
    run = until_equal(stack, _users(User), ["client", "client-2"])
    report.at_least("end to end, two clients: changes/s / plain saves/s", plain / run.whole, "times", 0.5)


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a writer flat out took."""

    writing: float  # seconds of the saves
    whole: float  # seconds until the clients were equal
    spent: counters.Spent


def until_equal(stack: Stack, users: Sequence[Any], clients: Sequence[str], saves: int = SAVES) -> Run:
    """Save changes of these users flat out, and wait until every client has them."""
    arrivals = [Arrivals(stack, client) for client in clients]
    for each in arrivals:
        each.wait_for_first_names(users)
    before = counters.read(stack)
    started = time.perf_counter()
    writing = _timed_saves(users, saves)
    for each in arrivals:
        each.wait_for_first_names(users)
    whole = time.perf_counter() - started
    return Run(writing=writing, whole=whole, spent=counters.read(stack) - before)


def idle(stack: Stack, report: Report) -> None:
    """Change one user now and then; compare with what a bare publish and receive take on this emulator.

    The three kinds take turns, so that what slows the machine for a while slows them alike.
    """
    floor, arrivals = Floor(), Arrivals(stack)
    bare, rows, pages = [], [], []
    user, onlooker = _users(User, 2)
    arrivals.wait_for_first_names([user, onlooker])
    with page.open_directory(stack) as directory:
        for _ in range(IDLE_SAVES):
            bare.append(floor.measure(_pause))
            rows.append(_seen(lambda: arrivals.wait_for_first_names([user]), user))
            pages.append(_seen_on(directory, user))
    report.shown("idle: bare SNS publish → SQS receive, p50", _p50(bare), "ms")
    report.shown("idle: bare SNS publish → SQS receive, p95", _p95(bare), "ms")
    report.at_most("idle: save → row on the client above that, p50", _p50(rows) - _p50(bare), "ms", 20)
    report.at_most("idle: save → row on the client above that, p95", _p95(rows) - _p95(bare), "ms", 40)
    report.at_most("idle: save → visible in Chromium above that, p50", _p50(pages) - _p50(bare), "ms", 60)


def bulk(stack: Stack, report: Report) -> None:
    """Create many users by `bulk_create`, a block at a time, and wait until the last is on the client."""
    mark, arrivals = f"bulk-{time.time_ns()}-", Arrivals(stack)
    with plain_table():
        plain = _timed_bulk(PlainUser, mark)
    with watched(stack) as most:
        started = time.perf_counter()
        _timed_bulk(User, mark)
        arrivals.wait_for_count(mark, BULK_USERS)
        seconds = time.perf_counter() - started
    report.at_least("bulk_create of 100,000 users → all on the client", BULK_USERS / seconds, "rows/s", 5000)
    report.shown("  as many plain users, of which nobody is told", BULK_USERS / plain, "rows/s")
    report.shown("  replicated / plain", plain / seconds, "times")
    report_most(report, "bulk", most)


MEASURES: dict[str, Callable[[Stack, Report], None]] = {
    "saves": saves,
    "flat-out": flat_out,
    "idle": idle,
    "bulk": bulk,
    "two-clients": two_clients,
}


def _users(model: type[AbstractUser], count: int = USERS) -> list[Any]:
    return [model._default_manager.get_or_create(username=f"bench-{number}")[0] for number in range(count)]


def _timed_saves(users: Sequence[Any], count: int) -> float:
    """Save `count` changes; return the seconds."""
    started = time.perf_counter()
    for number in range(count):
        user = users[number % len(users)]
        user.first_name = f"{started}-{number}"
        user.save()
    return time.perf_counter() - started


def _timed_bulk(model: type[AbstractUser], mark: str) -> float:
    """Create many users, a block at a time; return the seconds."""
    started = time.perf_counter()
    for first in range(0, BULK_USERS, BULK_BLOCK):
        names = (f"{mark}{number}" for number in range(first, first + BULK_BLOCK))
        model._default_manager.bulk_create([model(username=name) for name in names])
    return time.perf_counter() - started


def _by_turns(plain: Sequence[Any], replicated: Sequence[Any]) -> float:
    """Return the time of replicated saves as a multiple of plain ones: the median of alternating pairs of blocks."""
    return median(_timed_saves(replicated, BLOCK) / _timed_saves(plain, BLOCK) for _ in range(PAIRS))


def _seen(wait: Callable[[], None], user: User) -> float:
    """Save a change and return the milliseconds until it is seen."""
    _pause()
    user.first_name = f"idle {time.time_ns()}"
    started = time.perf_counter()
    user.save()
    wait()
    return (time.perf_counter() - started) * 1000


def _seen_on(directory: page.Directory, user: User) -> float:
    _pause()
    user.first_name = f"page {time.time_ns()}"
    directory.expect(user.first_name)
    started = time.time()
    user.save()
    return directory.seen_at() - started * 1000


def _pause() -> None:
    time.sleep(random.uniform(*SPACING))  # noqa: S311 - nothing to guess


def _p50(milliseconds: Sequence[float]) -> float:
    return quantiles(milliseconds, n=100)[49]


def _p95(milliseconds: Sequence[float]) -> float:
    return quantiles(milliseconds, n=100)[94]
