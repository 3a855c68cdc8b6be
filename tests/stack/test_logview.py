"""A line of JSON becomes one that a person reads at a glance."""

import json

from stack.logview import render

RECORD = {
    "@timestamp": "2026-11-21T07:50:00.123Z",
    "log.level": "info",
    "message": "queue drained",
    "ecs.version": "1.6.0",
    "service.name": "client",
    "log": {"logger": "client.sqs.listener"},
    "process": {"pid": 42},
    "messages": 3,
    "event": {"duration": 0.136232},
}


def plain(record: dict[str, object]) -> str:
    return render("listener", json.dumps(record), width=10, colour=False)


def test_a_line_shows_process_level_message_and_fields() -> None:
    assert plain(RECORD)[8:] == " listener   INFO     queue drained messages=3 event.duration=0.1362"


def test_a_traceback_stands_below_its_line_and_in_full() -> None:
    first, *rest = plain(RECORD | {"error": {"stack_trace": "Traceback:\n  line\nOops"}}).splitlines()
    assert first.endswith("event.duration=0.1362")
    assert [row.strip() for row in rest] == ["Traceback:", "line", "Oops"]


def test_what_is_not_json_stays_as_it_is() -> None:
    for line in ("Traceback (most recent call last):", "{half", "[1]", "{1: 2}"):
        assert render("listener", line, width=10, colour=False).endswith(f" {line}")


def test_a_time_that_cannot_be_read_hides_nothing_else() -> None:
    assert plain(RECORD | {"@timestamp": "now"})[8:] == plain(RECORD)[8:]


def test_warnings_are_coloured_and_every_process_has_a_colour_of_its_own() -> None:
    line = json.dumps(RECORD | {"log.level": "warning"})
    assert "\033[33mWARNING \033[0m" in render("relay", line, width=10, colour=True)
    assert render("relay", line, width=10, colour=True)[9:14] != render("beat", line, width=10, colour=True)[9:14]
