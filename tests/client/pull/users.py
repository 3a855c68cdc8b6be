"""Users as master has them, in few words."""

from typing import Any

from tests.client.people import uid_of
from tests.client.pull.fake_master import FakeMaster

NAMES = ("ada", "bob", "cy", "dee", "eve")


def row(username: str, **fields: Any) -> dict[str, Any]:
    """Return the row of a user."""
    return {"username": username, "first_name": "", "last_name": "", "email": "", "is_active": True} | fields


def put(master: FakeMaster, *names: str, **fields: Any) -> list[str]:
    """Write users on master; return their keys."""
    for name in names:
        master.put(uid_of(name), row(name, **fields))
    return [uid_of(name) for name in names]
