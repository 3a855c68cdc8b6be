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
    password = Memory(stack.directory / "memory.json").password("demo password")
    (printed,) = run_together(manage(stack.projects[MASTER], "demo", env={"DEMO_PASSWORD": password}))
    links = {
        web.name: _link(stack, web.name) for web in stack.processes.values() if web.is_web and web.project != MASTER
    }
    return Demo(password=None if "another password" in printed else password, links=links)


def sign_in_link(stack: Stack, username: str, web: str) -> str:
    """Return an address of a client that signs a user in, once; StackError if the user has not arrived there."""
    project = stack.projects[stack.processes[web].project]
    (printed,) = run_together(manage(project, "login_link", username))
    return next(line for line in printed.splitlines() if line.startswith(stack.url(web)))


def _link(stack: Stack, web: str) -> str:
    """Return a sign-in link for USER; on the very first start he may still be on the way."""
    found: list[str] = []

    def try_it() -> bool:
        try:
            found[:] = [sign_in_link(stack, USER, web)]
        except StackError as error:
            found[:] = [f"(none: {error})"]
            return False
        return True

    wait_until(try_it, seconds=ARRIVAL_SECONDS)
    return found[0]
