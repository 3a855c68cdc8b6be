"""What is written of a profile, and what is remembered of it."""

import pytest

from client.profile.models import Profile, Saved
from client.profile.saving import REMEMBERED, remember, save
from client.users.models import User
from tests.client.people import a_replica

pytestmark = pytest.mark.django_db


def test_only_what_differs_is_written(ada: User) -> None:
    assert save(ada.pk, {"notes": "a", "phone": ""}, how="page") == ["notes"]
    assert save(ada.pk, {"notes": "a", "phone": "+44 20 1234"}, how="file") == ["phone"]
    assert save(ada.pk, {"notes": "a"}, how="page") == []
    profile = Profile.objects.get(pk=ada.pk)
    assert (profile.notes, profile.phone, profile.colour) == ("a", "+44 20 1234", "blue")


def test_the_last_changes_of_each_user_are_remembered(ada: User) -> None:
    remember(a_replica("bob").pk, ["phone"], how="page")
    for number in range(REMEMBERED + 3):
        remember(ada.pk, [str(number)], how="page")
    mine = Saved.objects.filter(user_id=ada.pk).order_by("pk").values_list("fields", flat=True)
    assert list(mine) == [[str(number)] for number in range(3, REMEMBERED + 3)]
    assert Saved.objects.exclude(user_id=ada.pk).count() == 1
