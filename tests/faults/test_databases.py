"""PostgreSQL is restarted, killed, or away for one project; the relay's LISTEN is cut."""

import time
from collections.abc import Callable

import pytest

from stack.waiting import wait_until
from tests.e2e.console import Console
from tests.faults.test_redis import load
from tests.faults.world import World

AWAY = {"unique", "57P01", "57P02", "57P03", "OperationalError", "InterfaceError", "08006", "08003", "08001"}
CUT_LISTEN = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' AND datname = %s"
)
POLL_SECONDS = 0.25  # of an idle relay: what nobody notified it of waits so long
ONE_SAVE = """
import time
from master.users.models import User

user, _ = User.objects.get_or_create(username="listened-to")
user.first_name = name
user.save()
"""


@pytest.mark.parametrize("how", ["restart", "kill"])
def test_postgresql_is_restarted_under_load(how: str, world: World, lasting: Callable[[float, float], float]) -> None:
    writer, handle = world.write(), world.process("postgresql")
    end = time.monotonic() + lasting(8, 60)
    while time.monotonic() < end:
        time.sleep(2.0)  # under load, not while everybody connects
        starts = handle.starts
        handle.restart() if how == "restart" else handle.kill()
        handle.wait_ready(after_starts=starts)
    report = writer.stop()
    assert report.errors.keys() - {"unique"}, "the writer noticed nothing"
    assert not report.errors.keys() - AWAY, report.texts
    world.settle()


@pytest.mark.parametrize("mode", ["refuse", "hang", "cut"])
@pytest.mark.parametrize("project", ["master", "client"])
def test_the_database_of_one_project_is_out_of_reach(
    project: str, mode: str, world: World, lasting: Callable[[float, float], float]
) -> None:
    proxy, writer = world.proxies[f"{project} database"], world.write()
    if mode == "cut":
        end = time.monotonic() + lasting(6, 60)
        while time.monotonic() < end:
            time.sleep(0.5)
            proxy.cut()
    else:
        with proxy.behaving("hang" if mode == "hang" else "refuse"):
            load(world, lasting(8, 60))
            assert not world.difference().is_equal, "changes travel without a database?"
    report = writer.stop()
    assert not report.errors.keys() - {"unique"}, report.texts
    world.settle()


@pytest.mark.short
def test_a_cut_listen_costs_one_poll_at_most(world: World, master: Console) -> None:
    database = world.url("master").rsplit("/", 1)[-1]
    arrivals = []
    for number in range(6):
        ((cut,),) = world.master(CUT_LISTEN, database)
        assert cut == 1, "the relay does not listen"
        arrivals.append(_arrival(world, master, f"cut-{number}"))
        assert wait_until(lambda: _listens(world, database), seconds=10)
    world.settle()
    assert max(arrivals) < POLL_SECONDS + 2.0


def _arrival(world: World, master: Console, name: str) -> float:
    started = time.monotonic()
    master(ONE_SAVE, name=name)
    query = "SELECT count(*) FROM users_user WHERE username = 'listened-to' AND first_name = %s"
    assert wait_until(lambda: world.on_client(query, name) == [(1,)], seconds=30)
    return time.monotonic() - started


def _listens(world: World, database: str) -> bool:
    query = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' AND datname = %s"
    return world.master(query, database) == [(1,)]
