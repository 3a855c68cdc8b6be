"""SNS and SQS refuse, throttle, take a part, or hang: changes wait, and then all of them arrive."""

from collections.abc import Callable

import pytest

from tests.faults.aws_proxy import Mode
from tests.faults.test_redis import load
from tests.faults.world import World

OUTAGE = (20, 120)  # seconds


@pytest.mark.parametrize("mode", ["refuse", "throttle", "hang"])
@pytest.mark.parametrize("project", ["master", "client"])
def test_aws_is_away(project: str, mode: Mode, world: World, lasting: Callable[[float, float], float]) -> None:
    aws, writer = world.aws[project], world.write()
    before = aws.answered.get(mode, 0)
    with aws.behaving(mode):
        load(world, lasting(*OUTAGE))
        assert not world.difference().is_equal, "changes travel without AWS?"
    report = writer.stop()
    assert aws.answered.get(mode, 0) > before
    assert not report.errors.keys() - {"unique"}, report.texts
    world.settle()


def test_sns_refuses_some_entries_of_every_batch(world: World, lasting: Callable[[float, float], float]) -> None:
    aws, writer = world.aws["master"], world.write()
    before = aws.refused_entries
    with aws.behaving("some"):
        load(world, lasting(*OUTAGE))
    report = writer.stop()
    assert aws.refused_entries > before + 10
    assert not report.errors.keys() - {"unique"}, report.texts
    world.settle()
