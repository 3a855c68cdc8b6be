"""Who may hear of a profile and its picture: nobody but the user himself."""

from typing import Any

from client.live.hearing import heard_by_prefix
from client.live.topics import user_key
from client.profile.state import PICTURE, PROFILE


@heard_by_prefix(PICTURE)
@heard_by_prefix(PROFILE)
def is_his_own(user: Any, key: str) -> bool:
    """Say whether a topic is that of the user's own profile or picture."""
    return bool(user.is_active and key == user_key(user))
