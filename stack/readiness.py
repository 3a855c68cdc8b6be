"""How one sees that a process is ready: a web process says so, any other has logged it."""

from collections.abc import Callable, Sequence

from stack.asking import http_status
from stack.logview import parse
from stack.processes import Process
from stack.projects import web_address
from stack.servers import Server


def of_process(process: Process) -> Callable[[Sequence[str]], bool]:
    """Return the question to ask with the new lines of the process's log."""
    if process.is_web:
        address = f"{web_address(process)}/readyz"
        return lambda lines: http_status(address) == 200
    return lambda lines: any(_says(line, process.ready) for line in lines)


def of_server(server: Server) -> Callable[[Sequence[str]], bool]:
    """Return the question whether a server answers."""
    return lambda lines: server.answers()


def _says(line: str, message: str) -> bool:
    record = parse(line)
    return record is not None and str(record.get("message", "")).endswith(message)
