"""Who may be told of which models, as the database has it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from sesame.backends import ModelBackend

Id = int
Grant = tuple[Id, str]  # a content type, and what may be done: `view`, `change` …
FEW = 100
TOKEN_LETTERS = 200  # a token has 24; the rest is nonsense that nobody needs to parse


@dataclass(frozen=True, kw_only=True)
class Rights:
    """The content types that somebody may view or change; a superuser may all, also those that come tomorrow."""

    everything: bool = False
    seen: frozenset[Id] = frozenset()
    changed: frozenset[Id] = frozenset()

    def may_see(self, content_type_id: Id) -> bool:
        """Tell whether he may be told of a model."""
        return self.everything or content_type_id in self.seen

    def may_change(self, content_type_id: Id) -> bool:
        """Tell whether the link to an object is for him."""
        return self.everything or content_type_id in self.changed


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody of the staff, as his token names him."""

    pk: int
    username: str
    rights: Rights


EVERYTHING = Rights(everything=True)


def member_of(token: str) -> Member | None:
    """Return whom a token names; see `members_of`."""
    return members_of([token])[0]


def members_of(tokens: Sequence[str]) -> list[Member | None]:
    """Return for each token whom it names, if it is good and he is an active member of the staff; else None.

    sesame's backend is asked here by name. It is in no AUTHENTICATION_BACKENDS, so that no page takes a token.
    """
    backend = ModelBackend()
    users = [backend.authenticate(None, sesame=token) if _may_be_one(token) else None for token in tokens]
    rights = rights_of([user.pk for user in users if user])
    return [
        Member(pk=user.pk, username=user.get_username(), rights=rights[user.pk]) if user and user.pk in rights else None
        for user in users
    ]


def _may_be_one(token: str) -> bool:
    return token.isascii() and len(token) <= TOKEN_LETTERS


def rights_of(pks: Collection[int]) -> Mapping[int, Rights]:
    """Return the rights of these users at this moment; whoever is no active member of the staff is not in it."""
    wanted = set(pks)
    staff = get_user_model().objects.filter(is_active=True, is_staff=True).filter(**_among("", pks))
    supers = {pk: is_super for pk, is_super in staff.values_list("pk", "is_superuser") if pk in wanted}
    own, groups = _own(pks), _groups(pks)
    of_groups = _of_groups({group for held in groups.values() for group in held})
    made: dict[tuple[frozenset[Grant], frozenset[Id]], Rights] = {}  # thousands have the same: it is made once

    def made_of(pk: int) -> Rights:
        held = frozenset(own.get(pk, ())), frozenset(groups.get(pk, ()))
        if held not in made:
            made[held] = _rights(held[0].union(*(of_groups.get(group, ()) for group in held[1])))
        return made[held]

    return {pk: EVERYTHING if is_super else made_of(pk) for pk, is_super in supers.items()}


def _among(path: str, pks: Collection[int]) -> dict[str, Any]:
    """Return a filter for these users; for many, one that lets all of the staff pass: a long list costs more."""
    return {f"{path}pk__in": pks} if len(pks) <= FEW else {f"{path}is_staff": True}


def _own(pks: Collection[int]) -> Mapping[int, set[Grant]]:
    """Return what was granted to users themselves."""
    grants = get_user_model().user_permissions.through.objects.filter(**_among("user__", pks))
    paths = ("permission__content_type_id", "permission__codename", "permission__content_type__model")
    return _collected(grants.values_list("user_id", *paths))


def _groups(pks: Collection[int]) -> Mapping[int, set[Id]]:
    """Return the groups of users."""
    groups: defaultdict[int, set[Id]] = defaultdict(set)
    for pk, group in (
        get_user_model().groups.through.objects.filter(**_among("user__", pks)).values_list("user_id", "group_id")
    ):
        groups[pk].add(group)
    return groups


def _of_groups(groups: Collection[Id]) -> Mapping[Id, set[Grant]]:
    """Return what was granted to groups."""
    grants = Permission.objects.filter(group__in=groups).order_by()
    return _collected(grants.values_list("group", "content_type_id", "codename", "content_type__model"))


def _collected(rows: Iterable[tuple[Any, ...]]) -> Mapping[Id, set[Grant]]:
    collected: defaultdict[Id, set[Grant]] = defaultdict(set)
    for owner, content_type_id, codename, model in rows:
        if codename.endswith(f"_{model}"):  # else it is one that somebody made up, such as `view`
            collected[owner].add((content_type_id, codename.removesuffix(f"_{model}")))
    return collected


def _rights(granted: Collection[Grant]) -> Rights:
    changed = frozenset(each for each, action in granted if action == "change")
    return Rights(seen=changed | {each for each, action in granted if action == "view"}, changed=changed)
