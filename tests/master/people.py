"""Users to change."""

from master.users.models import User


def made_user(username: str = "ada", **fields: object) -> User:
    """Create a user that is replicated unless told otherwise."""
    return User.objects.create(username=username, **fields)


def made_users(count: int) -> list[User]:
    """Create users u0, u1 … in one statement."""
    return User.objects.bulk_create(User(username=f"u{number}") for number in range(count))
