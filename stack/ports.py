"""Ports of the loopback interface."""

import fcntl
import functools
import os
import secrets
import socket
import tempfile
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Below those that systems give to outgoing connections, any of which may come before we listen ourselves.
PORTS = range(20_000, 32_000)

_given: set[int] = set()


def free_port() -> int:
    """Return a port that nobody has at this moment, and that is given to nobody else while this process runs."""
    while not claim(port := secrets.choice(PORTS)) or not is_free(port):
        pass
    return port


def claim(port: int) -> bool:
    """Take a port, or return False: who has it listens only later, and until then it looks free to others as well."""
    if port in _given:
        return False
    try:
        fcntl.lockf(_claims(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except (BlockingIOError, PermissionError):
        return False
    _given.add(port)
    return True


@functools.cache
def _claims() -> int:
    """Open the file of which each process locks the bytes whose numbers are its ports; to close it would free them."""
    path = Path(tempfile.gettempdir()) / f"reactive-tables-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


def is_free(port: int) -> bool:
    """Tell whether we could listen on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def is_answering(port: int) -> bool:
    """Tell whether somebody accepts connections on a port."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True
