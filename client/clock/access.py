"""Who may hear the clock."""

from typing import Any

from client.clock.state import TOPIC
from client.live.hearing import heard_by


@heard_by(TOPIC)
def may_hear(user: Any) -> bool:
    """Say whether a user may hear the clock: everybody who is signed in."""
    return bool(user.is_active)
