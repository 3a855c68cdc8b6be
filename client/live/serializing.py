"""How a topic is written down: for df_websockets, which calls this by its setting WEBSOCKET_TOPIC_SERIALIZER.

A text stays readable, so that a window's topics can be authorised when it connects. A user's windows have a topic that
is not the one of his row in the users' table: what is pushed to those who watch the row is not for him.
"""

from typing import Any

from df_websockets.topics import serialize_topic as serialize_other
from df_websockets.utils import valid_topic_name

TEXT = "-str."
EVERYBODY = "-broadcast"


def serialize_topic(window_info: Any, topic: Any) -> str | None:
    """Return a topic as text; None for WINDOW and USER when there is no window to say which.

    TypeError is raised for what has no name that is the same in every process.
    """
    from df_websockets.tasks import BROADCAST, USER, WINDOW  # noqa: PLC0415 - which imports this module

    if topic is BROADCAST:
        return EVERYBODY
    if topic is WINDOW:
        return own_window(window_info.window_key) if window_info else None
    if topic is USER:
        return own_user(window_info.user_pk) if window_info else None
    if isinstance(topic, str):
        return TEXT + topic
    if isinstance(topic, type) or hasattr(topic, "_meta"):
        return str(serialize_other(window_info, topic))
    raise TypeError(f"{topic!r} is no topic. Use a text, a model instance, WINDOW, USER or BROADCAST.")


def own_window(window_key: str) -> str:
    """Return the topic of one window."""
    return f"-window.{window_key}"


def own_user(user_pk: object) -> str:
    """Return the topic of all windows of one user."""
    return f"-user.{user_pk}"


def group_of(serialized: str) -> str:
    """Return the channel layer's group of a topic that is written down, as df_websockets names it."""
    return str(valid_topic_name(serialized))
