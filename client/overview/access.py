"""Who may look at how replication is doing."""

from typing import Any

from client.live.hearing import heard_by
from client.live.topics import REPLICATION


@heard_by(REPLICATION)
def may_look(user: Any) -> bool:
    """Say whether a user is staff, as he is now."""
    return bool(user.is_active and user.is_staff)
