"""`python -m master pg_listen` prints what is committed, at once, and ends when it is told to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from master.pg_notify import notify
from stack.waiting import wait_until
from tests.master.database import rolled_back
from tests.master.listeners import listeners, wait_for_another
from tests.master.starting import ROOT, database_url_of_the_test, production, ran
from tests.master.threads import in_thread

Program = subprocess.Popen[str]
CHANNEL = 'it\'s "our" channel; DROP TABLE users_user; -- é🚀 %s'


@contextmanager
def pg_listen(channel: str) -> Iterator[Program]:
    """Run the command from when it listens to the end of the block."""
    settings, before = production(DATABASE_URL=database_url_of_the_test()), listeners()
    program = subprocess.Popen(
        [sys.executable, "-m", "master", "pg_listen", channel],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for_another(before)
        yield program
    finally:
        program.kill()
        program.communicate()


def next_lines(program: Program, count: int) -> list[str]:
    """Return the next lines, each of which must come while the program runs."""
    assert program.stdout
    stdout = program.stdout
    with in_thread(lambda: [stdout.readline() for _ in range(count)]) as lines:
        return lines.result(timeout=10)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_what_is_committed_and_ends_by_a_signal(number: signal.Signals) -> None:
    with pg_listen(CHANNEL) as program:
        with rolled_back():
            notify(CHANNEL, "phantom")
        with transaction.atomic():
            notify(CHANNEL, "first")
            notify(CHANNEL, "")
        notify("another", "not for us")
        notify(CHANNEL, "é🚀 'quoted'")
        assert next_lines(program, 3) == ["first\n", "\n", "é🚀 'quoted'\n"]
        program.send_signal(number)
        rest, errors = program.communicate(timeout=10)
    assert (program.returncode, rest) == (0, "")
    assert "Traceback" not in errors
    assert '"listening"' in errors
    assert "users_user" in connection.introspection.table_names()
    assert wait_until(lambda: not listeners(), seconds=5)


@pytest.mark.django_db(transaction=True)
def test_it_listens_again_when_its_connection_was_ended() -> None:
    with pg_listen("outbox") as program:
        before = listeners()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) pid", [list(before)])
        wait_for_another(before)
        notify("outbox", "after")
        assert next_lines(program, 1) == ["after\n"]


@pytest.mark.django_db(transaction=True)
def test_it_ends_in_silence_when_nobody_reads_any_more() -> None:
    with pg_listen("outbox") as program:
        assert program.stdout
        program.stdout.close()
        notify("outbox", "for nobody")
        assert program.wait(timeout=10) == 0
        assert program.stderr
        assert "Traceback" not in program.stderr.read()
        program.stdout = None


@pytest.mark.parametrize("channel", ["x" * 64, "é" * 32, ""])
def test_a_name_that_would_be_cut_off_is_refused_with_a_sentence(channel: str) -> None:
    ended = ran("-m", "master", "pg_listen", channel, env=production())
    assert ended.returncode == 1
    assert ended.stderr.startswith("CommandError: a channel's name has 1 to 63 bytes in UTF-8, and this one ")
    assert ended.stderr.endswith("Give another name.\n")
