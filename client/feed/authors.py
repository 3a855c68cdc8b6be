"""What authors are called on the page: by their usernames for those who are signed in, as in the directory."""

from collections.abc import Collection

from client.users.models import User

MOST = 100  # of one question


def names(pks: Collection[int]) -> dict[int, str]:
    """Return the usernames of those who are there."""
    return dict(User.objects.filter(pk__in=pks).values_list("pk", "username")) if pks else {}
