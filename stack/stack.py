"""The whole product on one machine, as an object: servers, databases, settings, processes.

with Stack(Path("…/.stack"), clients=2, ports="free") as stack:
    stack.url("client-web"), stack.env("master"), stack.process("listener").kill()
"""

import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from stack import readiness, surroundings
from stack.backends import Backends, choose
from stack.commands import run_together
from stack.errors import StackError
from stack.handle import Handle
from stack.lock import Lock
from stack.memory import Memory
from stack.ports import LOOPBACK, free_port, is_free
from stack.processes import MASTER, NOTICES, Process, all_processes
from stack.projects import Adjust, Project, unchanged, web_address
from stack.servers import START_SECONDS, Server
from stack.setup import prepare, provisioning, republishing
from stack.supervisor import NAME, Say, Supervisor
from stack.unit import Recipe

READY_SECONDS = 90.0
DEFAULT_BASE = 8000  # of the ports in the table of processes


class Stack:
    """A running stack; its state, settings and logs are in `directory`.

    `ports` is the number that the webs' ports are counted from, or "free" for any that are free. `adjust` takes the
    name and the settings of each project and returns those to use, such as an address of something in between.
    """

    def __init__(
        self,
        directory: Path,
        *,
        clients: int = 1,
        ports: int | Literal["free"] = DEFAULT_BASE,
        debug: bool = True,
        concurrency: int = 1,
        adjust: Adjust = unchanged,
        say: Say = lambda name, line: None,
    ) -> None:
        self.directory = directory.resolve()
        self.clients = clients
        self.debug = debug
        self.concurrency = concurrency
        self.adjust = adjust
        self.say = say
        self.processes = {each.name: each for each in _on_ports(all_processes(clients), ports)}
        self.projects: dict[str, Project] = {}
        self.supervisor = Supervisor(say)
        self._lock = Lock(self.directory / "lock")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything and return when all is ready; when something fails nothing is left running.

        What could lead to somebody's real servers or accounts is taken out of our own environment too.
        """
        surroundings.forget_foreign()
        self._lock.take()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End every process."""
        self.supervisor.stop()
        self._lock.release()

    def url(self, name: str) -> str:
        """Return the address of a web process."""
        return web_address(self.processes[name])

    def env(self, project: str) -> dict[str, str]:
        """Return the environment in which a project's commands reach this stack."""
        return self.projects[project].env

    def process(self, name: str) -> Handle:
        """Return a process, or a server of ours, by its name."""
        return Handle(self.supervisor, name)

    @property
    def logs(self) -> Path:
        """The directory with a log for each process."""
        return self.directory / "logs"

    def _start(self) -> None:
        for process in self.processes.values():
            _refuse_busy_ports(process)
        shutil.rmtree(self.logs, ignore_errors=True)
        self.logs.mkdir()
        memory = Memory(self.directory / "memory.json")
        backends = choose(self.directory, memory)
        self.supervisor.start()
        self._start_servers(backends)
        self.say(NAME, "preparing databases, topic and queues")
        webs = {each.project: web_address(each) for each in self.processes.values() if each.is_web}
        self.projects = prepare(
            self.directory,
            backends,
            memory,
            webs=webs,
            notices=self.processes[NOTICES].port if NOTICES in self.processes else None,
            clients=self.clients,
            debug=self.debug,
            adjust=self.adjust,
        )
        self._start_processes()

    def _start_servers(self, backends: Backends) -> None:
        for server in backends.ours:
            server.prepare()
        self.supervisor.launch([self._server_recipe(server) for server in backends.ours], seconds=START_SECONDS)

    def _start_processes(self) -> None:
        self.say(NAME, f"starting {', '.join(self.processes)}")
        self.supervisor.launch([self._recipe(each) for each in self.processes.values()], seconds=READY_SECONDS)

    def _server_recipe(self, server: Server) -> Recipe:
        return Recipe(
            name=server.name,
            argv=server.argv(),
            log=self.logs / f"{server.name}.log",
            is_ready=readiness.of_server(server),
            stop_signal=server.stop_signal,
            death_signal=server.stop_signal,  # what it holds in memory is worth keeping
            quiet=True,
            after_restart=self._provision_again if server.name == "aws" else lambda: None,
        )

    def _recipe(self, process: Process) -> Recipe:
        state = self.directory / "state" / process.project
        state.mkdir(parents=True, exist_ok=True)
        words = process.command(host=LOOPBACK, concurrency=str(self.concurrency), state=str(state))
        return Recipe(
            name=process.name,
            argv=with_our_python(words),
            env=self.projects[process.project].env | _own_environment(process),
            log=self.logs / f"{process.name}.log",
            is_ready=readiness.of_process(process),
        )

    def _provision_again(self) -> None:
        """Make topic and queues anew after the emulator died, and send again what died with it."""
        master = self.projects[MASTER]
        clients = [name for name in self.projects if name != MASTER]
        for command in (provisioning(master, clients), republishing(master)):
            run_together(command, give_up=lambda: self.supervisor.is_stopping)


def _own_environment(process: Process) -> dict[str, str]:
    """Return the settings that a process does not share with the others of its project."""
    return {"OPERATIONS_PORT": str(process.operations_port)} if process.operations_port else {}


def _on_ports(processes: Iterable[Process], ports: int | Literal["free"]) -> Iterator[Process]:
    for process in processes:
        yield process.with_ports(lambda port: free_port() if ports == "free" else port - DEFAULT_BASE + ports)


def _refuse_busy_ports(process: Process) -> None:
    for port in process.ports:
        if not is_free(port):
            raise StackError(
                f"Port {port}, of {process.name}, is in use. "
                "Stop what listens there, or count the ports from another number: make up PORT_BASE=9000"
            )


def with_our_python(words: list[str]) -> list[str]:
    """Return a command that runs in this virtual environment, whatever PATH says."""
    program, *arguments = words
    return [sys.executable, *(() if program == "python" else ("-m", program)), *arguments]
