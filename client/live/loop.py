"""One long-lived event loop a process, for code that is synchronous and speaks to the channel layer.

`async_to_sync` in a plain thread makes an event loop and a connection to Redis for each call. Inside a job that runs
here it finds this loop instead, and the connection that the loop keeps.
"""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async

JOB_SECONDS = 10.0


class LoopThread:
    """An event loop in a thread, and beside it the thread that runs the jobs, one after the other."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.jobs = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live-job")
        threading.Thread(target=self.loop.run_forever, name="live-loop", daemon=True).start()

    def run(self, job: Callable[[], None]) -> None:
        """Run a job to its end; raise what it raises, or TimeoutError when Redis does not answer."""
        call = sync_to_async(job, thread_sensitive=False, executor=self.jobs)
        future = asyncio.run_coroutine_threadsafe(call(), self.loop)
        try:
            future.result(JOB_SECONDS)
        except TimeoutError:
            future.cancel()
            raise


class LoopOfProcess:
    """The loop thread of this process, made at the first job."""

    def __init__(self) -> None:
        self.forget()
        # Threads do not survive a fork: the child, such as a Celery worker's, makes its own.
        os.register_at_fork(after_in_child=self.forget)

    def forget(self) -> None:
        """Begin without a thread."""
        self.lock = threading.Lock()
        self.thread: LoopThread | None = None

    def run(self, job: Callable[[], None]) -> None:
        """Run a job on the loop of this process."""
        self._started().run(job)

    async def wait(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine on the loop of this process, from whichever loop."""
        loop = self._started().loop
        if asyncio.get_running_loop() is loop:
            await coroutine
        else:
            future = asyncio.run_coroutine_threadsafe(coroutine, loop)
            await asyncio.wait_for(asyncio.wrap_future(future), JOB_SECONDS)

    def _started(self) -> LoopThread:
        with self.lock:
            self.thread = self.thread or LoopThread()
            return self.thread


_loop_of_process = LoopOfProcess()
run_on_loop = _loop_of_process.run
wait_on_loop = _loop_of_process.wait
