"""What is measured. Each function is one run; the medians of several count."""

import random
import time
from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import Any

from django.contrib.auth.models import AbstractUser

from bench import counters, floor, page
from bench.arrival import wait_for_count, wait_for_first_names
from bench.paused import pipeline_paused
from bench.plain import PlainUser, plain_table
from bench.report import Report
from master.users.models import User
from stack.stack import Stack

USERS = 200  # that a writer goes round
SAVES = 4_000  # of one writer flat out
BLOCK, PAIRS = 300, 11  # saves of one kind in a row, where two kinds are compared, and how often
IDLE_SAVES = 60
BULK_USERS = 10_000
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
    users = _users(User)
    wait_for_first_names(stack, users)
    before = counters.read(stack)
    started = time.perf_counter()
    writing = _timed_saves(users, SAVES)
    wait_for_first_names(stack, users)
    whole = time.perf_counter() - started
    spent = counters.read(stack) - before
    report.at_least("end to end, one writer: changes/s / plain saves/s", plain / whole, "times", 0.5)
    report.shown("  plain saves", SAVES / plain, "/s")
    report.shown("  replicated saves while the pipeline runs", SAVES / writing, "/s")
    report.shown("  end to end", SAVES / whole, "/s")
    report.at_most("  AWS calls per 1,000 changes", spent.aws_calls * 1000 / SAVES, "calls", 50)
    for process, seconds in spent.cpu_seconds.items():
        report.cpu[process].append(seconds * 1000 / SAVES)


def idle(stack: Stack, report: Report) -> None:
    """Change one user now and then; compare with what a bare publish and receive take on this emulator."""
    bare = floor.measure(IDLE_SAVES, _pause)
    (user,) = _users(User, 1)
    rows = [_seen(lambda: wait_for_first_names(stack, [user]), user) for _ in range(IDLE_SAVES)]
    with page.open_directory(stack) as directory:
        pages = [_seen_on(directory, user) for _ in range(IDLE_SAVES)]
    report.shown("idle: bare SNS publish → SQS receive, p50", _p50(bare), "ms")
    report.shown("idle: bare SNS publish → SQS receive, p95", _p95(bare), "ms")
    report.at_most("idle: save → row on the client above that, p50", _p50(rows) - _p50(bare), "ms", 30)
    report.at_most("idle: save → row on the client above that, p95", _p95(rows) - _p95(bare), "ms", 60)
    report.at_most("idle: save → visible in Chromium above that, p50", _p50(pages) - _p50(bare), "ms", 60)


def bulk(stack: Stack, report: Report) -> None:
    """Create many users by one `bulk_create`, and wait until the last is on the client."""
    mark = f"bulk-{time.time_ns()}-"
    started = time.perf_counter()
    User.objects.bulk_create([User(username=f"{mark}{number}") for number in range(BULK_USERS)])
    wait_for_count(stack, mark, BULK_USERS)
    report.at_least(
        "bulk_create of 10,000 users → all on the client", BULK_USERS / (time.perf_counter() - started), "rows/s", 3000
    )


MEASURES: dict[str, Callable[[Stack, Report], None]] = {
    "saves": saves,
    "flat-out": flat_out,
    "idle": idle,
    "bulk": bulk,
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
