"""Demo users on master, and the way in for one of them on each client."""

from dataclasses import dataclass

from stack.commands import run_together
from stack.errors import StackError
from stack.memory import Memory
from stack.processes import MASTER
from stack.setup import manage
from stack.stack import Stack
from stack.waiting import wait_until

ADMIN = "admin"
USER = "ada"
ARRIVAL_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Demo:
    """What a person needs to look around."""

    password: str | None  # of the admin; None when somebody has changed it
    links: dict[str, str]  # web process of a client → address that signs USER in, once


def create(stack: Stack) -> Demo:
    """Create the demo users, unless they exist, and wait until they have arrived at every client."""
    memory = Memory(stack.directory / "memory.json")
    password = memory.password("demo password")
    (printed,) = run_together(manage(stack.projects[MASTER], "demo", env={"DEMO_PASSWORD": password}))
    webs = [each for each in stack.processes.values() if each.port and each.project != MASTER]
    links = {web.name: _link(stack, web.project, stack.url(web.name)) for web in webs}
    return Demo(password=None if "another password" in printed else password, links=links)


def _link(stack: Stack, project: str, address: str) -> str:
    """Return a sign-in link; on the very first start the user may still be on the way."""
    links: list[str] = []

    def print_link() -> bool:
        try:
            (printed,) = run_together(manage(stack.projects[project], "login_link", USER, "--base-url", address))
        except StackError as error:
            links[:] = [f"none: {error}"]
            return False
        links[:] = [line for line in printed.splitlines() if line.startswith(address)]
        return True

    wait_until(print_link, seconds=ARRIVAL_SECONDS)
    return links[0]
