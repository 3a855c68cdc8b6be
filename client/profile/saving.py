"""Write a profile, and remember that it was changed."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from client.profile import counters
from client.profile.models import Profile, Saved

REMEMBERED = 20  # changes of each user


def save(user_pk: int, values: Mapping[str, str], *, how: str) -> list[str]:
    """Write what differs of these valid values; return the names of those fields."""
    with transaction.atomic():
        Profile.objects.bulk_create([Profile(pk=user_pk)], ignore_conflicts=True)
        profile = Profile.objects.select_for_update().get(pk=user_pk)
        changed = [name for name, value in values.items() if getattr(profile, name) != value]
        for name in changed:
            setattr(profile, name, values[name])
        if changed:
            profile.save(update_fields=changed)
    if changed:
        counters.saved.labels(how=how).inc()
    return changed


def remember(user_pk: int, fields: Sequence[str], *, how: str) -> None:
    """Write down that a user changed fields, and forget what is long ago."""
    Saved.objects.create(user_id=user_pk, at=timezone.now(), fields=list(fields), how=how)
    mine = Saved.objects.filter(user_id=user_pk)
    mine.exclude(pk__in=mine.order_by("-pk").values("pk")[:REMEMBERED]).delete()
