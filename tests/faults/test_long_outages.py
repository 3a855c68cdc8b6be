"""A client that is away for long: its database or its Redis is gone, or its queue was emptied meanwhile."""

import json
from collections.abc import Callable, Iterator

import pytest

from stack.waiting import wait_until
from tests.e2e.console import Console
from tests.faults.commands import run
from tests.faults.proxy import Mode
from tests.faults.test_redis import load
from tests.faults.world import NOTHING, World

# A message that is received while nobody can apply it counts towards the dead-letter queue: so an outage must not make
# the listener receive. In production a message comes again after 60 s and is given up after 100 receives; ten minutes
# of receiving in vain would be ten receives. Here it comes again after 2 s and is given up after 5 receives: 40 s of
# receiving in vain would be twenty receives, and every change of those 40 s would be in the dead-letter queue.
VISIBILITY_SECONDS, RECEIVES = 2, 5
OUTAGE = (40, 600)  # seconds; with --long the ten minutes
CREATE = """
from master.users.models import User

User.objects.bulk_create([User(username=f"away-{number}") for number in range(count)], ignore_conflicts=True)
"""


@pytest.fixture
def impatient(world: World) -> Iterator[None]:
    """Let the client's queue give up messages after few receives; in the end it is as it was."""
    queues = world.queues
    answer = queues.sqs.get_queue_attributes(QueueUrl=queues.url, AttributeNames=["RedrivePolicy", "VisibilityTimeout"])
    before = answer["Attributes"]
    policy = {**json.loads(before["RedrivePolicy"]), "maxReceiveCount": RECEIVES}
    queues.sqs.set_queue_attributes(
        QueueUrl=queues.url,
        Attributes={"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": str(VISIBILITY_SECONDS)},
    )
    yield
    queues.sqs.set_queue_attributes(QueueUrl=queues.url, Attributes=before)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("mode", ["refuse", "hang"])
@pytest.mark.parametrize("server", ["database", "redis"])
def test_a_long_outage_fills_no_dead_letter_queue(
    server: str, mode: Mode, world: World, lasting: Callable[[float, float], float]
) -> None:
    writer = world.write(rate=15)
    with world.proxies[f"client {server}"].behaving(mode):
        load(world, lasting(*OUTAGE))
        assert world.in_queue() > 10, "changes keep coming, and wait"
        assert world.in_queue("-dead-letters") == 0
    report = writer.stop()
    assert not report.errors.keys() - {"unique"}, report.texts
    world.settle(dead_letters=0)


def test_verify_repairs_a_client_whose_queue_was_emptied_while_it_was_away(world: World, master: Console) -> None:
    master(CREATE, count=100)
    world.settle()  # so that there is somebody to be wrong, or extra, whatever ran before
    before, writer = world.versions(), world.write(rate=60)
    with world.aws["client"].behaving("refuse"):
        assert wait_until(lambda: world.versions() > before + 600, seconds=60)
        writer.stop()
        assert wait_until(lambda: not world.difference().pending, seconds=90)
        world.queues.sqs.purge_queue(QueueUrl=world.queues.url)
    world.let_all_arrive()
    missing, wrong, extra = world.difference().counts
    assert min(missing, wrong, extra) > 0
    assert run(world.client, "verify", "users").code == 1
    assert world.difference().counts == (missing, wrong, extra), "to verify changes nothing"
    assert run(world.client, "verify", "users", "--repair", "--force").code == 0
    assert world.difference().counts == NOTHING
    assert run(world.client, "verify", "users").code == 0
    assert world.in_queue("-dead-letters") == 0
    world.renew()
