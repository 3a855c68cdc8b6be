"""Every process of the product, once: what runs it, where it listens, and how one sees that it is ready.

`compose.yml` runs the same commands; a test compares them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

MASTER = "master"
CLIENT = "client"
NOTICES = "notices"
CELERY = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO")
UVICORN = ("--host", "{host}", "--port", "{port}", "--no-access-log", "--timeout-graceful-shutdown", "3")
CLIENT_PORT_STEP = 10


@dataclass(frozen=True, kw_only=True)
class Process:
    """One line of the table. In `argv` stand {host}, {port}, {concurrency} and {state}, a directory to write in."""

    name: str
    project: str  # whose environment it has: master, client, client-2 …
    argv: tuple[str, ...]
    port: int | None = None  # where it listens, if it does
    operations_port: int | None = None  # where a process that is no web tells machines how it is
    ready: str = ""  # it is ready when it has logged a message that ends so; without it, when /readyz says so

    @property
    def is_web(self) -> bool:
        """Whether browsers find pages there."""
        return self.port is not None and not self.ready

    @property
    def ports(self) -> list[int]:
        """All that it listens on."""
        return [port for port in (self.port, self.operations_port) if port]

    def with_ports(self, choose: Callable[[int], int]) -> "Process":
        """Return the process with other ports in place of those that it has."""
        port, operations_port = (port and choose(port) for port in (self.port, self.operations_port))
        return replace(self, port=port, operations_port=operations_port)

    def command(self, **values: str) -> list[str]:
        """Return the command with its blanks filled in."""
        return [word.format(port=self.port, **values) for word in self.argv]


def _worker(name: str, project: str, queues: str, operations_port: int) -> Process:
    argv = ("celery", "-q", "-A", project, "worker", "-Q", queues, "-n", f"{name}@%h", "-c", "{concurrency}", *CELERY)
    return Process(name=name, project=project, argv=argv, ready=" ready.", operations_port=operations_port)


MASTER_PROCESSES = (
    Process(
        name="master-web",
        project=MASTER,
        argv=("uvicorn", "master.asgi:application", *UVICORN, "--ws", "none"),
        port=8001,
    ),
    _worker("master-worker", MASTER, "publish,fast,slow", 8002),
    Process(
        name="relay", project=MASTER, argv=("python", "-m", "master", "relay"), ready="ready", operations_port=8008
    ),
    Process(
        name=NOTICES,
        project=MASTER,
        argv=("python", "-m", "master", "notices", "--host", "{host}", "--port", "{port}"),
        port=8003,
        ready="ready",
        operations_port=8009,
    ),
)
CLIENT_PROCESSES = (
    Process(
        name="client-web",
        project=CLIENT,
        argv=(
            *("uvicorn", "client.asgi:application", *UVICORN),
            *("--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--ws-max-size", "131072"),
        ),
        port=8000,
    ),
    Process(
        name="listener",
        project=CLIENT,
        argv=("python", "-m", "client", "listener"),
        ready="ready",
        operations_port=8004,
    ),
    _worker("worker-fast", CLIENT, "fast", 8005),
    _worker("worker-slow", CLIENT, "slow", 8006),
    Process(
        name="beat",
        project=CLIENT,
        argv=(
            *("celery", "-q", "-A", "client", "beat", "--schedule", "{state}/beat-schedule", "--pidfile", ""),
            *("--loglevel", "INFO"),
        ),
        ready="beat: Starting...",
        operations_port=8007,
    ),
)


def client_name(number: int) -> str:
    """Return the name of the n-th client, from 1."""
    return CLIENT if number == 1 else f"{CLIENT}-{number}"


def all_processes(clients: int) -> list[Process]:
    """Return the processes of master and of so many clients, on the ports that they have by default."""
    numbers = range(1, clients + 1)
    return [*MASTER_PROCESSES, *(_of_client(process, number) for number in numbers for process in CLIENT_PROCESSES)]


def _of_client(process: Process, number: int) -> Process:
    if number == 1:
        return process
    step = CLIENT_PORT_STEP * (number - 1)
    moved = process.with_ports(lambda port: port + step)
    return replace(moved, name=f"{process.name}-{number}", project=client_name(number))
