"""A task says when it starts, how it ends and what it failed of; it is part of the trace of whoever asked for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery
from celery.app.trace import build_tracer

from telemetry import context
from telemetry.tasks import HEADER, Routine
from tests.logged import Line, flat, lines, one, traces

ONE, TWO = "0af7651916cd43dd8448eb211c80319c", "1af7651916cd43dd8448eb211c80319c"

app = Celery("tests", broker="memory://", set_as_current=False)
seen: list[tuple[str, ...]] = []


@app.task(name="works")
def works(word: str) -> None:
    """Note the traces that it is part of."""
    seen.append(context.traces())


@app.task(name="fails")
def fails(word: str) -> None:
    """Fail."""
    raise ZeroDivisionError(f"for {word}")


@app.task(name="ticks", base=Routine)
def ticks(word: str) -> None:
    """Do what is done all the time."""


@pytest.fixture(autouse=True)
def outside() -> Iterator[None]:
    """Begin, and end, as part of nothing."""
    context.leave()
    seen.clear()
    yield
    context.leave()


def run(task: Any, *, known: object = (ONE,)) -> list[Line]:
    """Run a task as a worker does; return what was said."""
    request = {"id": "t-1", "args": ["isolde@example.org"], "kwargs": {}, HEADER: known}
    with lines() as said:
        build_tracer(task.name, task, app=app)("t-1", ["isolde@example.org"], {}, request)
    return [line for line in said if line["log"]["logger"] == "telemetry.tasks"]  # Celery's own are switched off


def test_start_and_end_say_which_task_and_how_long() -> None:
    said = run(works)
    started, ended = one(said, "task started"), flat(one(said, "task ended"))
    assert started["reactive_tables"] == {"task": "works", "task_id": "t-1"}
    assert (ended["reactive_tables.task"], ended["event.outcome"]) == ("works", "success")
    assert 0 <= ended["event.duration"] < 10e9
    assert "isolde" not in str(said)


def test_a_task_goes_on_with_the_traces_of_who_asked_and_leaves_them() -> None:
    said = run(works, known=[ONE, TWO])
    assert seen == [(ONE, TWO)]
    assert [traces(line) for line in said] == [[ONE, TWO]] * 2
    assert context.traces() == ()


@pytest.mark.parametrize("known", [None, [], [7], "x", ["x"], [f"{ONE}'*/ DROP TABLE users_user; /*"]])
def test_without_any_it_begins_one(known: object) -> None:
    run(works, known=known)
    ((trace,),) = seen
    assert context.is_trace(trace)
    assert trace != ONE


def test_a_failure_has_its_traceback_and_no_arguments() -> None:
    said = run(fails)
    failed = one(said, "task failed")
    assert failed["error"]["type"] == "ZeroDivisionError"
    assert "in fails" in failed["error"]["stack_trace"]
    assert one(said, "task ended")["event"]["outcome"] == "failure"
    assert traces(failed) == [ONE]
    assert "isolde" not in str(said)


def test_of_routine_nothing_is_said() -> None:
    assert run(ticks) == []


def test_whoever_asks_sends_his_traces_along() -> None:
    with app.connection_for_write() as connection, context.part_of([ONE, TWO]):
        asked: Any = works
        asked.apply_async(("x",), queue="q", connection=connection)
        context.leave()
        asked.apply_async(("x",), queue="q", connection=connection)
        queue = connection.SimpleQueue("q")
        sent: list[Any] = [queue.get(timeout=5).headers[HEADER] for _ in "ab"]
    assert sent[0] == [ONE, TWO]
    assert len(sent[1]) == 1
