"""Whose sessions are whose."""

from collections.abc import Sequence

from django.utils import timezone

from client.live.threads import judging, reading
from client.users.models import Session


async def users_of(session_keys: Sequence[str]) -> list[int | None]:
    """Return the keys of the users of sessions, all by one query; None for one that is nobody's, or is none."""
    return await judging.run(lambda: reading(lambda: _users_of(session_keys)))


def _users_of(session_keys: Sequence[str]) -> list[int | None]:
    asked = [key for key in session_keys if key.isascii() and key.isalnum()]  # a cookie can hold anything
    sessions = Session.objects.filter(session_key__in=asked, expire_date__gt=timezone.now())
    found = dict(sessions.values_list("session_key", "user_id"))
    return [found.get(key) for key in session_keys]
