"""Logs are one JSON object a line, in the Elastic Common Schema, with the fields that were given."""

import json
import logging
import subprocess
import sys
from typing import Any

import pytest

PROGRAM = """
import logging, logging.config, sys
from telemetry.logs import logging_settings
logging.config.dictConfig(logging_settings("master", sys.argv[1]))
{body}
"""


def logged(body: str, level: str = "INFO") -> list[dict[str, Any]]:
    """Run a program that logs; return what each line of its standard error says."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(body=body), level], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_fact_and_its_fields() -> None:
    (line,) = logged(
        'logging.getLogger("master.outbox").info("queue drained", extra={"messages": 3, "table": "users"})'
    )
    assert line["message"] == "queue drained"
    assert (line["messages"], line["table"]) == (3, "users")
    assert line["log.level"] == "info"
    assert line["log"]["logger"] == "master.outbox"
    assert line["service"]["name"] == "master"
    assert line["@timestamp"].endswith("Z")
    assert line["ecs.version"]


def test_dotted_fields_are_nested_as_elasticsearch_expects() -> None:
    (line,) = logged('logging.error("refused", extra={"error.message": "too long", "trace.id": "4bf9"})')
    assert line["error"]["message"] == "too long"
    assert line["trace"]["id"] == "4bf9"


def test_a_traceback_stays_on_its_line() -> None:
    (line,) = logged("try:\n    1 / 0\nexcept ZeroDivisionError:\n    logging.exception('failed')")
    assert line["error"]["type"] == "ZeroDivisionError"
    assert "in <module>" in line["error"]["stack_trace"]


def test_text_of_several_lines_or_of_any_script_stays_one_line() -> None:
    lines = logged("logging.warning('a\\nb\\u2028c', extra={'name_of': 'Zoë \\U0001f680\\n'})")
    assert [line["message"] for line in lines] == ["a\nb\u2028c"]
    assert lines[0]["name_of"] == "Zoë 🚀\n"


def test_a_request_is_not_written_for_its_address_may_hold_a_token() -> None:
    (line,) = logged(
        "logging.warning('Forbidden: /link/', extra={'request': '/link/?sesame=secret', 'status_code': 403})"
    )
    assert line["status_code"] == 403
    assert "secret" not in json.dumps(line)


def test_what_is_not_json_is_written_as_text() -> None:
    (line,) = logged("import uuid\nlogging.info('x', extra={'uid': uuid.UUID(int=1), 'things': {1}})")
    assert "00000000-0000-0000-0000-000000000001" in line["uid"]


@pytest.mark.parametrize(("level", "expected"), [("DEBUG", 4), ("INFO", 3), ("ERROR", 1)])
def test_the_level_is_chosen(level: str, expected: int) -> None:
    body = "for each in ('debug', 'info', 'warning', 'error'):\n    getattr(logging, each)('x')"
    assert len(logged(body, level)) == expected


@pytest.mark.parametrize(
    "name", ["uvicorn.error", "uvicorn.access", "celery.worker.strategy", "celery.app.trace", "botocore"]
)
def test_what_tells_every_call_is_heard_from_warnings_on(name: str) -> None:
    lines = logged(f"log = logging.getLogger({name!r})\nlog.info('a call')\nlog.warning('trouble')")
    assert [line["message"] for line in lines] == ["trouble"]


def test_nothing_is_written_twice() -> None:
    assert len(logged("logging.getLogger('uvicorn').info('x')")) == 1
    assert len(logged("logging.getLogger('django.server').info('x')")) == 1
    assert logging.getLogger("unrelated").propagate


def test_what_django_and_python_say_is_json_too_and_written_once() -> None:
    body = """
import warnings
from django.conf import settings
from django.utils.log import configure_logging
settings.configure(DEBUG=True)
configure_logging("logging.config.dictConfig", logging_settings("master", "INFO"))
logging.getLogger("django.request").warning("Not Found")
warnings.warn("old", stacklevel=1)
"""
    found, warned = logged(body)
    assert found["message"] == "Not Found"
    assert "UserWarning: old" in warned["message"]


def test_what_beat_does_twice_a_second_is_left_out_and_its_start_is_not() -> None:
    lines = logged(
        'beat = logging.getLogger("celery.beat")\n'
        'beat.info("beat: Starting...")\n'
        'beat.info("Scheduler: Sending due task %s (%s)", "tick", "client.clock.tasks.tick")\n'
        'beat.warning("Scheduler: Sending due task %s failed", "tick")'
    )
    assert [line["message"] for line in lines] == ["beat: Starting...", "Scheduler: Sending due task tick failed"]
