"""A process of ours: in a session of its own, and never alive after us.

It is started through `setpriv --pdeathsig`, so that the kernel ends it when we die, even of a SIGKILL;
where there is no setpriv (not Linux) only a clean stop ends it. The kernel watches the *thread* that
started it: start children from a thread that lives as long as they should.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

STOP_SECONDS = 8.0


class Child:
    """One process and all that it forks; its output is appended to `log`.

    `stop_signal` ends it cleanly, `death_signal` is what it gets when we die.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        death_signal: signal.Signals = signal.SIGKILL,
    ) -> None:
        self.stop_signal = stop_signal
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                [*_end_with_us(death_signal), *argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process's id, which is its group's too."""
        return self.popen.pid

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self.popen.poll()

    def ask_to_stop(self) -> None:
        """Send the stop signal to the process alone; what it forked is its own to end."""
        with suppress(ProcessLookupError):
            self.popen.send_signal(self.stop_signal)

    def wait(self, seconds: float) -> bool:
        """Return whether the process ended in time."""
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End the process and everything in its group at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask it to end, and end it and its group by force when the time is up."""
        self.ask_to_stop()
        self.wait(seconds)
        self.kill()


def _end_with_us(death_signal: signal.Signals) -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", death_signal.name.removeprefix("SIG"), "--"] if setpriv else []
