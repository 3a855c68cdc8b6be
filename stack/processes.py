"""Every process of the product, once: what runs it, where it listens, and how one sees that it is ready.

`compose.yml` runs the same commands; a test compares them.
"""

from dataclasses import dataclass, replace

MASTER = "master"
CLIENT = "client"
CELERY = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO")
UVICORN = ("--host", "{host}", "--port", "{port}", "--no-access-log", "--timeout-graceful-shutdown", "3")
CLIENT_PORT_STEP = 10


@dataclass(frozen=True, kw_only=True)
class Process:
    """One line of the table. In `argv` stand {host}, {port}, {concurrency} and {state}, a directory to write in."""

    name: str
    project: str  # whose environment it has: master, client, client-2 …
    argv: tuple[str, ...]
    port: int | None = None  # a web process's; it is ready when /readyz says so
    ready: str = ""  # any other is ready when it has logged a message that ends so

    def command(self, **values: str) -> list[str]:
        """Return the command with its blanks filled in."""
        return [word.format(port=self.port, **values) for word in self.argv]


def _worker(name: str, project: str, queues: str) -> Process:
    argv = ("celery", "-q", "-A", project, "worker", "-Q", queues, "-n", f"{name}@%h", "-c", "{concurrency}", *CELERY)
    return Process(name=name, project=project, argv=argv, ready=" ready.")


MASTER_PROCESSES = (
    Process(
        name="master-web",
        project=MASTER,
        argv=("uvicorn", "master.asgi:application", *UVICORN, "--ws", "none"),
        port=8001,
    ),
    _worker("master-worker", MASTER, "publish,fast,slow"),
    Process(name="relay", project=MASTER, argv=("python", "-m", "master", "relay"), ready="ready"),
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
    Process(name="listener", project=CLIENT, argv=("python", "-m", "client", "listener"), ready="ready"),
    _worker("worker-fast", CLIENT, "fast"),
    _worker("worker-slow", CLIENT, "slow"),
    Process(
        name="beat",
        project=CLIENT,
        argv=(
            *("celery", "-q", "-A", "client", "beat", "--schedule", "{state}/beat-schedule", "--pidfile", ""),
            *("--loglevel", "INFO"),
        ),
        ready="beat: Starting...",
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
    port = process.port + CLIENT_PORT_STEP * (number - 1) if process.port else None
    return replace(process, name=f"{process.name}-{number}", project=client_name(number), port=port)
