"""Whether windows may be open, as the database has users, sessions and permissions at this moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.crypto import constant_time_compare

from client.live import queries
from client.live.frames import REFRESH, SIGNED_OUT
from client.live.hearing import may_hear
from client.live.threads import judging, reading


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """What a window claims: to be a user's, in a session of his, and to hear topics."""

    user_pk: str
    session_key: str
    window_key: str
    topics: tuple[str, ...]  # as `serialize_topic` writes them


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """The code to close with, or None, and then the user."""

    code: int | None
    user: Any = None


async def judge(claims: Sequence[Claim]) -> list[Judgement]:
    """Judge windows by one query."""
    return await judging.run(lambda: reading(lambda: judge_now(claims)))


def judge_now(claims: Sequence[Claim]) -> list[Judgement]:
    """Judge windows by one query, in this thread."""
    users = users_in_force({(claim.session_key, claim.user_pk) for claim in claims})
    return [_judge(claim, users.get((claim.session_key, claim.user_pk))) for claim in claims]


def _judge(claim: Claim, user: Any) -> Judgement:
    if user is None:
        return Judgement(code=SIGNED_OUT)
    if all(may_hear(user, claim.window_key, topic) for topic in claim.topics):
        return Judgement(code=None, user=user)
    return Judgement(code=REFRESH)


def users_in_force(pairs: set[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """Return the user of each pair of a session's key and a user's, where both are in force and belong together.

    That is what Django's `get_user` says of a request, but for all at once and with the permissions.
    """
    sessions, pks = [session for session, _ in pairs], [pk for _, pk in pairs]
    store = _session_store()()
    rows: Iterable[Any] = get_user_model()._default_manager.raw(_statement(), [sessions, pks])
    found = {}
    for user in rows:  # with three columns that no user has
        if _belongs(store.decode(user.session_data), user):
            # Where Django's own backend keeps what it has asked for once; other backends ask as they do.
            user._perm_cache = set(user.permissions)
            found[user.session_key, str(user.pk)] = user
    return found


def _belongs(data: dict[str, Any], user: Any) -> bool:
    if data.get(SESSION_KEY) != str(user.pk) or data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    proof = data.get(HASH_SESSION_KEY) or ""  # of the password: a new one ends all sessions with the old
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(proof, each) for each in hashes)


@cache
def _session_store() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


@cache
def _statement() -> str:
    user: Any = get_user_model()
    tables: dict[str, type[Model]] = {
        "permission": Permission,
        "content_type": ContentType,
        "of_user": user.user_permissions.through,
        "of_group": Group.permissions.through,
        "member": user.groups.through,
        "session": _session_store().get_model_class(),
        "user": user,
    }
    names = {name: f'"{model._meta.db_table}"' for name, model in tables.items()}
    return queries.IN_FORCE.format(**names, pk=f'"{user._meta.pk.column}"')
