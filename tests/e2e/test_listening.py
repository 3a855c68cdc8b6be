"""Nothing of a stack can be reached from another machine."""

from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address

import psutil

from stack.handle import Handle
from stack.stack import Stack


def listening(handle: Handle) -> Iterator[tuple[str, int]]:
    """Yield where a process and its children listen."""
    assert handle.pid, f"{handle.name} does not run"  # psutil would take us ourselves
    process = psutil.Process(handle.pid)
    connections = process.net_connections("inet")
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # PostgreSQL's come and go: one that has ended listens nowhere
            connections += child.net_connections("inet")
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN:
            yield connection.laddr.ip, connection.laddr.port


def test_every_process_and_server_listens_on_loopback_only(stack: Stack) -> None:
    found = {name: set(listening(stack.process(name))) for name in (*stack.processes, "postgresql", "redis", "aws")}
    assert all(found[name] for name in ("master-web", "notices", "client-web", "redis", "aws"))
    assert [place for places in found.values() for place in places if not ip_address(place[0]).is_loopback] == []
