"""A stack with something in between everywhere: each project speaks to each server through a proxy of its own."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from stack.handle import Handle
from stack.ports import LOOPBACK
from stack.processes import CLIENT, MASTER
from stack.projects import Project
from stack.stack import Stack
from stack.waiting import wait_until
from tests.e2e.compare import Difference, compare
from tests.e2e.queues import Queues
from tests.faults.aws_proxy import AwsProxy
from tests.faults.commands import run
from tests.faults.proxy import Proxy
from tests.faults.writing import Writer

# A lease of a publisher that died ends after 60 s, and then all must come in order.
SETTLE_SECONDS = 150.0
# What a worker that died had received comes again after seconds, not after a minute, to save time.
VISIBILITY_SECONDS = 5
NOTHING = (0, 0, 0)  # rows missing, wrong, extra


class World:
    """Master and one client, their servers, and the ways to harm them.

    `proxies` are named as `master database`, `client redis`; `aws` by project: master's before SNS, the client's
    before SQS. What tests and writers ask themselves goes past all of them.
    """

    def __init__(self, directory: Path, *, seed: int, say: Callable[[str], None] = print) -> None:
        self.seed = seed
        self.say = say
        self.proxies: dict[str, Proxy] = {}
        self.aws: dict[str, AwsProxy] = {}
        self.direct: dict[str, Mapping[str, str]] = {}  # each project's settings without anything in between
        self.stack = Stack(directory, ports="free", concurrency=2, adjust=self._put_between)
        self.tripwire = Proxy(0)  # whoever connects here does what a save on master must not do
        self.tripwire.set("hang")
        self.writers: list[Writer] = []

    @contextmanager
    def running(self) -> Iterator["World"]:
        """Run everything in the block."""
        try:
            with self.stack:
                self.hasten()
                yield self
        finally:
            for proxy in (*self.proxies.values(), *self.aws.values(), self.tripwire):
                proxy.close()

    @property
    def client(self) -> Project:
        """Return the client as a project of the stack."""
        return self.stack.projects[CLIENT]

    @cached_property
    def queues(self) -> Queues:
        """Return the client's queues, past the proxy."""
        settings = {**self.client.settings, "AWS_ENDPOINT_URL": self.direct[CLIENT]["AWS_ENDPOINT_URL"]}
        return Queues(self.client.with_settings(**settings))

    def process(self, name: str) -> Handle:
        """Return a process or a server."""
        return self.stack.process(name)

    def url(self, project: str) -> str:
        """Return the address of a project's database, past the proxy."""
        return self.direct[project]["DATABASE_URL"]

    def master(self, query: str, *params: object) -> list[tuple[object, ...]]:
        """Run a statement on master's database; return its rows."""
        return _run(self.url(MASTER), query, params)

    def on_client(self, query: str, *params: object) -> list[tuple[object, ...]]:
        """Run a statement on the client's database; return its rows."""
        return _run(self.url(CLIENT), query, params)

    def hasten(self) -> None:
        """Let messages that nobody finished come again soon; a queue that was made anew needs it again."""
        self.queues.set_visibility(VISIBILITY_SECONDS)

    def write(self, *, rate: float = 40.0, hot: int = 0) -> Writer:
        """Start a writer; its seed is printed."""
        number = len(self.writers)
        self.say(f"writer {number}: seed {self.seed + number}, up to {rate:g} writes a second")
        env = self._env_of_writers(f"writer-{number}")
        self.writers.append(Writer(env, seed=self.seed + number, mark=f"w{number}", rate=rate, hot=hot))
        return self.writers[-1]

    def versions(self) -> int:
        """Return how many versions master has given so far."""
        ((last,),) = self.master("SELECT last_value FROM outbox_version")
        return int(str(last))

    def in_queue(self, suffix: str = "") -> int:
        """Return how many messages the client's queue holds, those included that somebody has received."""
        queues = self.queues
        answer = queues.sqs.get_queue_attributes(QueueUrl=f"{queues.url}{suffix}", AttributeNames=["All"])
        found = answer["Attributes"]
        return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])

    def difference(self) -> Difference:
        """Compare the client with master now."""
        return compare(self.url(MASTER), self.url(CLIENT))

    def settle(self, *, seconds: float = SETTLE_SECONDS, dead_letters: int = 0) -> float:
        """Wait until both sides are equal, then until nothing is under way; see that they are equal still.

        Returns the seconds until they were equal, which nobody helped them to be.
        """
        started = time.monotonic()
        wait_until(lambda: self._is(lambda found: found.is_equal), seconds=seconds)
        difference = self.difference()
        assert difference.is_equal, f"after {seconds:.0f} s: {difference}\n{self._logs()}"
        took = time.monotonic() - started
        self.say(f"equal after {took:.1f} s")
        self.let_all_arrive(seconds=seconds)
        assert self.difference().counts == NOTHING, f"equal first, and then: {self.difference()}"
        assert self.in_queue("-dead-letters") == dead_letters, "dead letters"
        return took

    def let_all_arrive(self, *, seconds: float = SETTLE_SECONDS) -> None:
        """Wait until nothing is under way: what is sent or delivered a second time as well."""
        self._end_leases()
        assert wait_until(lambda: self._is(lambda found: not found.pending), seconds=seconds), str(self.difference())
        assert wait_until(lambda: self.in_queue() == 0, seconds=seconds), "messages stay in the queue"

    def renew(self) -> None:
        """Send everything again, so that all guards are at the newest versions, tombstones as well."""
        assert run(self.stack.projects[MASTER], "republish", "--all").code == 0
        self.settle()

    def heal(self) -> None:
        """Let everything pass and run again."""
        for proxy in self.proxies.values():
            proxy.set("pass")
        for aws in self.aws.values():
            aws.set("pass")
        for writer in self.writers:
            writer.kill()
        for name in self.stack.supervisor.units:
            self.process(name).wait_ready()
        self.process("aws").wait_mended()
        self.hasten()

    def make_equal(self) -> None:
        """Make both sides equal after a test that failed, so that the next one begins well."""
        if self.difference().is_equal and not self.in_queue("-dead-letters"):
            return
        for suffix in ("", "-dead-letters"):
            self.queues.sqs.purge_queue(QueueUrl=f"{self.queues.url}{suffix}")
        self.renew()

    def _end_leases(self) -> None:
        """Let what a publisher had claimed be due now, and not in a minute, to save time.

        A publisher leaves a row to its lease if it dies, and also if a writer holds the row when it was sent.
        """
        self.master("UPDATE outbox_row SET due_at = now() WHERE published < version")

    def _is(self, question: Callable[[Difference], bool]) -> bool:
        time.sleep(0.1)  # a comparison costs the machine something
        try:
            return question(self.difference())
        except psycopg.OperationalError:  # a server that was killed is not there yet
            return False

    def _put_between(self, name: str, settings: Mapping[str, str]) -> Mapping[str, str]:
        self.direct[name] = settings
        self.aws[name] = AwsProxy(_port(settings["AWS_ENDPOINT_URL"]), seed=self.seed)
        aws = f"http://{LOOPBACK}:{self.aws[name].port}"
        between = {key: aws for key in settings if key.startswith("AWS_ENDPOINT_URL")}
        for kind in ("database", "redis"):
            url = settings[f"{kind.upper()}_URL"]
            proxy = self.proxies[f"{name} {kind}"] = Proxy(_port(url))
            between[f"{kind.upper()}_URL"] = url.replace(f":{proxy.target}/", f":{proxy.port}/")
        return {**settings, **between}

    def _env_of_writers(self, name: str) -> dict[str, str]:
        """Return master's environment as a writer has it: straight to the database, and nowhere else."""
        nowhere = f"{LOOPBACK}:{self.tripwire.port}"
        project = self.stack.projects[MASTER].with_settings(
            DATABASE_URL=f"{self.url(MASTER)}?application_name={name}",
            REDIS_URL=f"redis://{nowhere}/0",
            **{key: f"http://{nowhere}" for key in self.direct[MASTER] if key.startswith("AWS_ENDPOINT_URL")},
        )
        return project.env | {"ENV_FILE": ""}

    def _logs(self) -> str:
        names = ("relay", "master-worker", "listener", "worker-fast")
        return "\n".join(f"--- {name}\n{self.process(name).log[-1500:]}" for name in names)


def _run(url: str, query: str, params: tuple[object, ...]) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(query, params or None)
        return cursor.fetchall() if cursor.description else []


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port
    return port
