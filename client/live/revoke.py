"""Close the windows of those who may no longer listen."""

from collections.abc import Collection, Iterable
from functools import partial
from typing import Any, Final

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from client.live.frames import REFRESH, SIGNED_OUT
from client.live.keys import fingerprint, fingerprints
from client.live.loop import run_on_loop
from client.live.serializing import group_of
from client.live.topics import is_local

CONTROL: Final = group_of("windows.control")  # the channel layer's group of every process that has windows
CLOSE, JUDGE = "windows.close", "windows.judge"


def user_group(key: str) -> str:
    """Return the name for all windows of a user."""
    return f"user.{key}"


def uid_in(groups: Iterable[str]) -> str:
    """Return the `uid` of the user whose groups these are; nothing of a user of this client alone."""
    keys = [group.removeprefix("user.") for group in groups if group.startswith("user.")]
    return next((key for key in keys if not is_local(key)), "")


def session_group(session_key: str) -> str:
    """Return the name for all windows of a session, which does not give its key away."""
    return f"session.{fingerprint(session_key)}"


def session_groups(session_key: str) -> list[str]:
    """Return all names that windows of a session may have: another process may have another SECRET_KEY yet."""
    return [f"session.{each}" for each in fingerprints(session_key)]


def close_windows(groups: Collection[str]) -> None:
    """Close every window of those groups as signed out; raise when Redis does not answer."""
    _tell({"type": CLOSE, "groups": list(groups), "code": SIGNED_OUT}, groups)


def reload_windows(groups: Collection[str]) -> None:
    """Let every page of those groups be loaded again; raise when Redis does not answer."""
    _tell({"type": CLOSE, "groups": list(groups), "code": REFRESH}, groups)


def judge_windows(groups: Collection[str]) -> None:
    """Let every window of those groups be judged: may it still be open, and hear its topics?

    Call it once a change of permissions is committed; it raises when Redis does not answer.
    """
    _tell({"type": JUDGE, "groups": list(groups)}, groups)


def judge_all_windows() -> None:
    """Let every window of this client be judged, for a change that may concern anybody."""
    _tell({"type": JUDGE, "groups": None}, ["all"])


def _tell(message: dict[str, Any], groups: Collection[str]) -> None:
    if groups:
        run_on_loop(partial(_send, message))


def _send(message: dict[str, Any]) -> None:
    async_to_sync(get_channel_layer().group_send)(CONTROL, message)
