"""A user as pages draw him: the replicated fields, and the client's own `status`."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from client.live.topics import user_key
from client.replication.models import AppliedRow
from client.users.models import User

SHOWN = ("username", "first_name", "last_name", "email", "is_active", "status")

_VERSION = AppliedRow.objects.filter(table="users", key=Cast(OuterRef("uid"), TextField())).values("version")


def drawable() -> "QuerySet[User]":
    """Return all users, each with the `version` of his replicated fields (0 for a local user), in one statement."""
    return User.objects.annotate(version=Coalesce(Subquery(_VERSION), 0)).only("uid", *SHOWN)


def drawable_one(pk: object) -> "list[User]":
    """Return the user of a primary key as `drawable()` does, if he exists; every page that opens asks for one.

    To make its statement anew each time took Django longer than PostgreSQL to answer it.
    """
    sql, parameters = _statement_for_one()
    return list(User.objects.raw(sql, [*parameters, pk]))


def by_key(keys: Iterable[str]) -> dict[str, User]:
    """Return the users of those keys who exist, in one statement."""
    wanted = set(keys)
    local = {key.removeprefix("local-") for key in wanted if key.startswith("local-")}
    uids = {key for key in wanted if not key.startswith("local-")}
    users = drawable().filter(Q(uid__in=uids) | Q(pk__in=local, uid=None))
    return {user_key(user): user for user in users}


def drawn(user: User, *, with_email: bool) -> dict[str, Any]:
    """Return what a page shows of a user."""
    return {name: getattr(user, name) for name in SHOWN if with_email or name != "email"}


@cache
def _statement_for_one() -> tuple[str, tuple[Any, ...]]:
    sql, parameters = drawable().filter(pk=0).query.sql_with_params()
    return sql, parameters[:-1]  # the last is the primary key


def state_row(user: User, *, with_email: bool) -> Mapping[str, Any]:
    """Return a user of `drawable()` as an entry of a page's state."""
    return {"uid": user_key(user), "version": user.version, "user": drawn(user, with_email=with_email)}  # type: ignore[attr-defined]
