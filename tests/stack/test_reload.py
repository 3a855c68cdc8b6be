"""Which processes a changed file concerns."""

from pathlib import Path

import pytest

from stack.processes import all_processes
from stack.reload import affected

MASTER = ["master-web", "master-worker", "relay", "notices"]
CLIENT = ["client-web", "listener", "worker-fast", "worker-slow", "beat"]
SECOND = [f"{name}-2" for name in CLIENT]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("master/outbox/relay.py", MASTER),
        ("client/live/push.py", [*CLIENT, *SECOND]),
        ("wire/events.py", [*MASTER, *CLIENT, *SECOND]),
        ("telemetry/logs.py", [*MASTER, *CLIENT, *SECOND]),
        ("templates/client/you.html", ["client-web", "client-web-2"]),
        ("templates/master/base.html", ["master-web"]),
    ],
)
def test_a_change_restarts_whoever_has_loaded_the_file(path: str, names: list[str]) -> None:
    assert affected([Path(path)], all_processes(2)) == names
