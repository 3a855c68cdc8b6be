"""Watch a back-fill from the command line, and wake it when nobody is at work."""

import shutil
import time
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from client.pull import progress
from client.pull.models import Backfill
from client.pull.progress import Seen
from client.pull.signals import ask
from client.pull.state import stalled

LOOK_SECONDS = 0.25
LINE_SECONDS = 3.0  # between two plain lines
WINDOW = 20  # looks over which the speed is taken: five seconds


class Watch:
    """Shows how far a back-fill is until it is at its end."""

    def __init__(self, table: str, out: Any) -> None:
        self.table = table
        self.out = out
        self.on_terminal = bool(out.isatty())
        self.seen: list[Seen] = []
        self.next_line = 0.0

    def run(self) -> Backfill:
        """Return the finished run; raise CommandError when it does not go on by itself."""
        while True:
            state = self._look()
            if state.error:
                self._clear()
                raise CommandError(f"{self.table}: {state.error}. Run the same command again: it goes on where it was.")
            if state.finished_at:
                self._clear()
                return state
            self._show(state)
            time.sleep(LOOK_SECONDS)

    def _look(self) -> Backfill:
        if stalled(self.table):
            self._say("nothing moved for 15 s, so a worker is asked again: is worker-slow running?")
            asked(self.table)
        return Backfill.objects.get(table=self.table)

    def _show(self, state: Backfill) -> None:
        now = Seen(done=state.done, at=timezone.now())
        self.seen = [*self.seen, now][-WINDOW:]
        rate = progress.speed(self.seen[0], now)
        if self.on_terminal:
            columns = shutil.get_terminal_size().columns
            self.out.write(f"\r\x1b[2K{progress.bar(state, rate, columns)}", ending="")
            self.out.flush()
        elif time.monotonic() >= self.next_line:
            self.next_line = time.monotonic() + LINE_SECONDS
            self.out.write(progress.line(state, rate))
            self.out.flush()

    def _say(self, text: str) -> None:
        self._clear()
        self.out.write(f"{self.table}: {text}")

    def _clear(self) -> None:
        if self.on_terminal:
            self.out.write("\r\x1b[2K", ending="")


def asked(table: str) -> None:
    """Ask a worker to go on; raise CommandError when Redis does not take the question."""
    try:
        ask(table)
    except (BrokerError, RedisError) as error:
        raise CommandError(
            f"Redis does not take the task: {error}. Nothing is lost; run the command again when it is there."
        ) from error
