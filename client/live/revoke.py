"""Close the windows of those who may no longer listen."""

from collections.abc import Collection
from functools import partial

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from df_websockets.utils import valid_topic_name

from client.live.keys import fingerprint
from client.live.loop import run_on_loop


def user_group(key: str) -> str:
    """Return the channel layer's group of all windows of a user."""
    return str(valid_topic_name(f"windows.user.{key}"))


def session_group(session_key: str) -> str:
    """Return the channel layer's group of all windows of a session."""
    return str(valid_topic_name(f"windows.session.{fingerprint(session_key)}"))


def close_windows(groups: Collection[str]) -> None:
    """Close every window of those groups as signed out; raise when Redis does not answer."""
    _tell(groups, "window.revoked")


def judge_windows(groups: Collection[str]) -> None:
    """Let every window of those groups look whether it may still hear its topics, else close to be loaded again.

    Call it once a change of permissions is committed; it raises when Redis does not answer.
    """
    _tell(groups, "window.judged")


def _tell(groups: Collection[str], message: str) -> None:
    if groups:
        run_on_loop(partial(_send, groups, message))


def _send(groups: Collection[str], message: str) -> None:
    send = async_to_sync(get_channel_layer().group_send)
    for group in groups:
        send(group, {"type": message})
