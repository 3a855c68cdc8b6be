"""Every queue that df_websockets sends to has a worker wherever the client runs."""

import shlex
from collections.abc import Iterable
from pathlib import Path

import yaml
from df_websockets.tasks import get_expected_queues

from stack.processes import CLIENT, all_processes

ROOT = Path(__file__).resolve().parents[2]


def queues(commands: Iterable[list[str]]) -> set[str]:
    """Return the queues that the workers among these commands of a client consume."""
    workers = [words for words in commands if words[0] == "celery" and "worker" in words and CLIENT in words]
    return {queue for words in workers for queue in words[words.index("-Q") + 1].split(",")}


def test_the_stack_has_a_worker_for_every_queue() -> None:
    assert get_expected_queues() == {"fast", "slow"}
    assert get_expected_queues() <= queues(list(process.argv) for process in all_processes(1))


def test_compose_has_a_worker_for_every_queue() -> None:
    services = yaml.safe_load((ROOT / "compose.yml").read_text())["services"]
    commands = [
        shlex.split(service["command"]) for service in services.values() if isinstance(service.get("command"), str)
    ]
    assert get_expected_queues() <= queues(commands)
