"""What the processes have spent so far: processor time, and calls to AWS."""

import urllib.request
from dataclasses import dataclass

import psutil
from prometheus_client.parser import text_string_to_metric_families

from stack.stack import Stack

CALLS = {"outbox_sns_calls_total", "sqs_receives_total", "sqs_deletes_total"}


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Totals, or the difference of two."""

    cpu_seconds: dict[str, float]  # by process of the stack, children included
    aws_calls: float

    def __sub__(self, other: "Spent") -> "Spent":
        cpu = {name: seconds - other.cpu_seconds.get(name, 0.0) for name, seconds in self.cpu_seconds.items()}
        return Spent(cpu_seconds=cpu, aws_calls=self.aws_calls - other.aws_calls)


def read(stack: Stack) -> Spent:
    """Read the totals of this moment."""
    names = [*stack.supervisor.units]
    cpu = {name: _cpu_seconds(stack.process(name).pid) for name in names}
    cpu["the writer (this process)"] = sum(psutil.Process().cpu_times()[:2])
    return Spent(cpu_seconds=cpu, aws_calls=sum(_calls(stack, web) for web in ("master-web", "client-web")))


def _cpu_seconds(pid: int | None) -> float:
    if pid is None:
        return 0.0
    process = psutil.Process(pid)
    alive = sum(_own_seconds(child) for child in process.children(recursive=True))
    return alive + sum(process.cpu_times()[:4])  # its own, and of the children that have ended


def _own_seconds(process: psutil.Process) -> float:
    try:
        return sum(process.cpu_times()[:2])
    except psutil.NoSuchProcess:  # it ended just now
        return 0.0


def _calls(stack: Stack, web: str) -> float:
    token = stack.env(stack.processes[web].project).get("METRICS_TOKEN", "")
    request = urllib.request.Request(  # noqa: S310 - an address of ours
        f"{stack.url(web)}/metrics", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        families = text_string_to_metric_families(answer.read().decode())
        return sum(sample.value for family in families for sample in family.samples if sample.name in CALLS)
