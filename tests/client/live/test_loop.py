"""The event loop of a process."""

import asyncio
import os
import subprocess
import sys
import threading
from functools import partial

import pytest
from asgiref.sync import async_to_sync
from django.utils import translation

from client.live.loop import LoopOfProcess


async def this_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def wait_for(event: threading.Event) -> None:
    event.wait(10)


def test_all_jobs_share_one_loop() -> None:
    loop, seen = LoopOfProcess(), []
    for _ in range(3):
        loop.run(lambda: seen.append(async_to_sync(this_loop)()))
    assert loop.thread is not None
    assert seen == [loop.thread.loop] * 3


def test_a_job_raises_to_its_caller() -> None:
    with pytest.raises(ZeroDivisionError):
        LoopOfProcess().run(lambda: print(1 / 0))


def test_a_job_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.live.loop.JOB_SECONDS", 0.05)
    end = threading.Event()
    with pytest.raises(TimeoutError):
        LoopOfProcess().run(partial(wait_for, end))
    end.set()


def test_a_redis_that_hangs_holds_up_no_later_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("client.live.loop.WAIT_SECONDS", 0.05)
    loop, seen = LoopOfProcess(), []
    with pytest.raises(TimeoutError):
        loop.run(lambda: async_to_sync(loop.wait)(asyncio.sleep(60)))
    loop.run(lambda: seen.append(True))
    assert seen


def test_a_job_runs_in_the_context_of_its_caller() -> None:
    loop, seen = LoopOfProcess(), []
    for language in ("fr", "de"):
        with translation.override(language):
            loop.run(lambda: seen.append(translation.get_language()))
    assert seen == ["fr", "de"]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_makes_its_own() -> None:
    loop, seen = LoopOfProcess(), []
    loop.run(lambda: None)
    child = os.fork()
    if not child:  # as in a Celery worker: whatever goes wrong must not run on into pytest
        try:
            loop.run(lambda: seen.append(True))
        finally:
            os._exit(0 if seen else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_process_ends_at_once_and_without_a_complaint() -> None:
    program = (
        "import django; from django.conf import settings; settings.configure(); django.setup();"
        "from client.live.loop import run_on_loop; run_on_loop(lambda: print('done'))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True)
    assert (ended.stdout, ended.stderr) == ("done\n", "")
