"""Logs are one JSON object a line, in the Elastic Common Schema, with the fields that were given."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from telemetry.ecs import Formatter

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
    assert line["reactive_tables"] == {"messages": 3, "table": "users"}
    assert line["log.level"] == "info"
    assert line["log"]["logger"] == "master.outbox"
    assert line["service"]["name"] == "master"
    assert line["process"]["name"] == "-c"
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
    assert lines[0]["reactive_tables"]["name_of"] == "Zoë 🚀\n"


def test_of_what_others_say_only_harmless_fields_are_written() -> None:
    (line,) = logged(
        "log = logging.getLogger('django.request')\n"
        "log.warning('Forbidden: /link/', extra={'request': '/link/?x=ada', 'status_code': 403, 'params': ['ada']})"
    )
    assert line["http"]["response"]["status_code"] == 403
    assert "ada" not in json.dumps(line)


def test_what_others_tell_to_find_their_own_errors_is_never_written() -> None:
    body = "for name in ('websockets', 'urllib3', 'django.db.backends'):\n    logging.getLogger(name).debug('a token')"
    assert logged(body, "DEBUG") == []


def test_an_error_beside_a_traceback_is_said_once() -> None:
    (line,) = logged(
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    logging.exception('failed', extra={'error.message': 'x'})"
    )
    assert line["error"]["message"] == "division by zero"


def test_what_is_not_json_is_written_as_text() -> None:
    (line,) = logged("import uuid\nlogging.info('x', extra={'uid': uuid.UUID(int=1), 'things': {1}})")
    assert line["reactive_tables"] == {"uid": "00000000-0000-0000-0000-000000000001", "things": [1]}


@pytest.mark.parametrize(("level", "expected"), [("DEBUG", 4), ("INFO", 3), ("ERROR", 1)])
def test_the_level_is_chosen(level: str, expected: int) -> None:
    levels = "('debug', 'info', 'warning', 'error')"
    body = f"log = logging.getLogger('client.live')\nfor each in {levels}:\n    getattr(log, each)('x')"
    assert len(logged(body, level)) == expected


@pytest.mark.parametrize(
    "name", ["uvicorn.error", "uvicorn.access", "celery.worker.strategy", "df_websockets.signals", "botocore"]
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


def test_a_line_is_made_once_however_many_handlers_write_it() -> None:
    record = logging.makeLogRecord({"name": "client", "msg": "said %s", "args": ("once",), "levelname": "INFO"})
    ours, other = (Formatter(service=name, process="p") for name in ("ours", "other"))
    first = ours.format(record)
    assert ours.format(record) is first
    assert (json.loads(first)["service"]["name"], json.loads(first)["message"]) == ("ours", "said once")
    assert "reactive_tables" not in json.loads(other.format(record))
    assert json.loads(other.format(record))["service"]["name"] == "other"


def test_a_process_writes_to_standard_output_and_to_its_file(tmp_path: Path) -> None:
    program = f"import sys; sys.argv = ['/app/client/__main__.py', 'listener', 'INFO']\n{PROGRAM}".replace(
        "sys.argv[1])", f"'INFO', file={str(tmp_path / 'client.log')!r})"
    )
    command = [sys.executable, "-c", program.format(body="logging.info('x')")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    assert done.stderr == ""
    assert done.stdout == (tmp_path / "client.log").read_text()
    assert json.loads(done.stdout)["process"]["name"] == "listener"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ZeroDivisionError('of ada@example.org')", "process ended by an error"),
        ("import threading\nthreading.Thread(target=lambda: 1 / 0).start()", "thread ended by an error"),
        ("class Thing:\n    __del__ = lambda self: 1 / 0\nThing()", "error that nobody can catch"),
    ],
)
def test_what_nobody_catches_in_a_process_is_a_line(body: str, message: str) -> None:
    program = f"import sys; sys.argv = ['/app/client/__main__.py', 'listener', 'INFO']\n{PROGRAM}"
    command = [sys.executable, "-c", program.format(body=body).replace("sys.argv[1])", "'INFO')")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.stderr == ""
    (line,) = (json.loads(each) for each in done.stdout.splitlines())
    assert (line["message"], line["error"]["type"]) == (message, "ZeroDivisionError")
    assert "ada@" not in done.stdout


def test_what_a_worker_cannot_take_is_told_of_without_the_message() -> None:
    lines = logged(
        "from celery.worker.consumer import consumer\n"
        "isolde = '[[\"Isolde\"], {{}}]'\n"
        "consumer.error(consumer.UNKNOWN_TASK_ERROR, KeyError('new.task'), isolde, {'argsrepr': isolde}, {})\n"
        "consumer.error(consumer.INVALID_TASK_ERROR, ValueError('bad'), isolde)\n"
        "consumer.error(consumer.MESSAGE_DECODE_ERROR, ValueError(isolde), 'json', 'utf-8', isolde, isolde)\n"
        "consumer.warn(consumer.UNKNOWN_FORMAT, isolde)\n"
        "consumer.error('Cannot connect to %s', 'redis')"
    )
    assert [line["message"] for line in lines] == [
        "Received unregistered task of type 'new.task'.",
        "Received invalid task message: bad",
        "Can't decode message body",
        "Received and deleted unknown message.  Wrong destination?!?",
        "Cannot connect to redis",
    ]
