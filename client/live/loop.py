"""One long-lived event loop a process, for code that is synchronous and speaks to the channel layer.

`async_to_sync` in a plain thread makes an event loop and a connection to Redis for each call. Inside a job that runs
here it finds this loop instead, and the connection that the loop keeps.
"""

import asyncio
import atexit
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, Future
from contextlib import suppress
from contextvars import copy_context
from queue import SimpleQueue
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.utils import translation

JOB_SECONDS = 10.0
WAIT_SECONDS = 5.0  # for one answer of Redis
STOP_SECONDS = 1.0

Result = TypeVar("Result")


class LoopThread:
    """An event loop in a thread, and beside it the thread that runs the jobs, one after the other.

    To asgiref all jobs are one long piece of synchronous code that the loop has begun and waits for; so each of them
    finds the loop, and is handed to its thread without a detour by the loop's.
    """

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._jobs: SimpleQueue[tuple[Callable[[], Any], Future[None]] | None] = SimpleQueue()
        threading.Thread(target=self.loop.run_forever, name="live-loop", daemon=True).start()
        own_thread: Any = OwnThread()  # asgiref asks for a pool, and submits to it only
        work = sync_to_async(self._work, thread_sensitive=False, executor=own_thread)
        self._worked = asyncio.run_coroutine_threadsafe(work(), self.loop)

    def run(self, job: Callable[[], None]) -> None:
        """Run a job to its end; raise what it raises, or TimeoutError when Redis does not answer."""
        future: Future[None] = Future()
        # As whoever asks: Django keeps the language not only by context but also by thread.
        context, language = copy_context(), translation.get_language()
        self._jobs.put((lambda: context.run(speaking, language, job), future))
        try:
            future.result(JOB_SECONDS)
        except TimeoutError:
            future.cancel()
            raise

    def stop(self) -> None:
        """Take no more jobs; wait a moment for the last."""
        self._jobs.put(None)
        with suppress(TimeoutError):
            self._worked.result(STOP_SECONDS)

    def _work(self) -> None:
        while (given := self._jobs.get()) is not None:
            job, future = given
            if not future.set_running_or_notify_cancel():
                continue
            try:
                job()
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(None)


def speaking(language: str, job: Callable[[], None]) -> None:
    """Run a job in a language."""
    with translation.override(language):
        job()


class OwnThread(Executor):
    """Runs what it is given in a thread that ends with the process, whatever it does then."""

    def submit(self, function: Callable[..., Result], /, *args: Any, **kwargs: Any) -> "Future[Result]":
        """Run a function."""
        future: Future[Result] = Future()
        threading.Thread(
            target=lambda: future.set_result(function(*args, **kwargs)), name="live-job", daemon=True
        ).start()
        return future


class LoopOfProcess:
    """The loop thread of this process, made at the first job."""

    def __init__(self) -> None:
        self.forget()
        # Threads do not survive a fork: the child, such as a Celery worker's, makes its own.
        os.register_at_fork(after_in_child=self.forget)
        atexit.register(self.stop)

    def forget(self) -> None:
        """Begin without a thread."""
        self.lock = threading.Lock()
        self.thread: LoopThread | None = None

    def stop(self) -> None:
        """End the thread, if there is one."""
        if self.thread is not None:
            self.thread.stop()

    def run(self, job: Callable[[], None]) -> None:
        """Run a job on the loop of this process."""
        self._started().run(job)

    async def wait(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine on the loop of this process, from whichever loop; raise TimeoutError when it hangs.

        Then it is cancelled: the next job does not wait behind it.
        """
        loop = self._started().loop
        async with asyncio.timeout(WAIT_SECONDS):
            if asyncio.get_running_loop() is loop:
                await coroutine
            else:
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, loop))

    def _started(self) -> LoopThread:
        with self.lock:
            self.thread = self.thread or LoopThread()
            return self.thread


_loop_of_process = LoopOfProcess()
run_on_loop = _loop_of_process.run
wait_on_loop = _loop_of_process.wait
