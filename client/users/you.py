"""The page `/`: the signed-in user himself."""

from typing import Any

from client.live import numbers
from client.live.topics import user_key, user_topic
from client.users.models import User
from client.users.rows import drawable_one, state_row


def you_state(user: User) -> dict[str, Any]:
    """Return the user's row, if he is still there, with his topic's number read before it."""
    topic = user_topic(user_key(user))
    n = numbers.current(topic)
    return {"topic": topic, "n": n, "rows": [state_row(row, with_email=True) for row in drawable_one(user.pk)]}
