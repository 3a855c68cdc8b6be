"""One stack for all faults, with something in between everywhere; each test leaves it whole."""

import secrets
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.console import Console
from tests.faults.world import World

HALVES = (0, 1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what chooses between a run for CI and a thorough one."""
    group = parser.getgroup("faults")
    group.addoption("--long", action="store_true", help="harm for minutes, as outages last, instead of seconds")
    group.addoption("--seed", type=int, default=None, help="of writers and killers; one by chance is printed")
    group.addoption("--half", type=int, choices=HALVES, help="every second test only; those marked alone in neither")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep one half of the tests, the same ones in whatever order they run, if asked for: most of them wait."""
    if (half := config.getoption("--half")) is None:
        return
    shared = sorted((item for item in items if not item.get_closest_marker("alone")), key=lambda item: item.nodeid)
    kept = set(shared[half::2])
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


@pytest.fixture(scope="session")
def whole_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Run master and a client."""
    seed = request.config.getoption("--seed")
    with World(
        tmp_path_factory.mktemp("stack"), seed=secrets.randbelow(10**6) if seed is None else seed
    ).running() as w:
        yield w


@pytest.fixture
def world(whole_world: World) -> Iterator[World]:
    """Return the world; when the test is over, heal it and see that no save spoke to anybody but PostgreSQL."""
    print(f"seed {whole_world.seed}")
    yield whole_world
    whole_world.heal()
    whole_world.make_equal()
    assert whole_world.tripwire.accepted == 0, "a save opened a connection to Redis or AWS"


@pytest.fixture
def lasting(request: pytest.FixtureRequest) -> Callable[[float, float], float]:
    """Return what chooses how long something lasts: `lasting(20, 600)`, seconds for CI, seconds with --long."""
    return lambda short, long: long if request.config.getoption("--long") else short


@pytest.fixture
def a_minute(request: pytest.FixtureRequest) -> float:
    """Return how many seconds processes are killed for: a minute, or few when only the short tests are asked for."""
    return 6.0 if request.config.getoption("markexpr") == "short" else 60.0


@pytest.fixture(scope="session")
def consoles(whole_world: World) -> Iterator[dict[str, Console]]:
    """Open a management shell of each project."""
    consoles = {name: Console(project) for name, project in whole_world.stack.projects.items()}
    yield consoles
    for console in consoles.values():
        console.close()


@pytest.fixture
def master(consoles: dict[str, Console], world: World) -> Console:
    """Return master's management shell."""
    return _connected_anew(consoles["master"])


@pytest.fixture
def client(consoles: dict[str, Console], world: World) -> Console:
    """Return the client's management shell."""
    return _connected_anew(consoles["client"])


def _connected_anew(console: Console) -> Console:
    """Let a shell forget its connection: another test may have cut it."""
    console("from django.db import connections; connections.close_all()")
    return console
