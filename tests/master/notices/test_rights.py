"""Rights are those that Django itself would say."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from master.notices.rights import FEW, rights_of
from master.users.models import User
from tests.master.notices.serving import member
from tests.master.people import made_users

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("many", [False, True])
def test_rights_are_those_that_django_says(many: bool) -> None:
    kinds = {model: ContentType.objects.get_for_model(model) for model in (User, Group)}
    for codename in ("view", "change", "view_users", "change_user_of"):
        Permission.objects.create(codename=codename, name=codename, content_type=kinds[User])
    codenames = Permission.objects.filter(content_type__in=kinds.values()).values_list("codename", flat=True)
    people = [member(f"of {each}", each) for each in codenames]
    people += [member("super", is_superuser=True), member("away", is_active=False), member("nobody", is_staff=False)]
    more = [user.pk for user in made_users(FEW)] if many else []
    rights = rights_of([*(user.pk for user in people), *more])
    assert rights.keys() == {user.pk for user in people if user.is_active and user.is_staff}
    for user in User.objects.filter(pk__in=rights):
        for model, kind in kinds.items():
            view, change = (user.has_perm(f"{kind.app_label}.{do}_{kind.model}") for do in ("view", "change"))
            assert rights[user.pk].may_see(kind.pk) == (view or change), (user, model)
            assert rights[user.pk].may_change(kind.pk) == change, (user, model)
