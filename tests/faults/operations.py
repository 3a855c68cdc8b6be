"""What people, jobs and scripts do to master's users: every kind of write, at random.

Whoever locks several users locks them in the order of their keys, so that writers do not deadlock with each other.
"""

import random
import uuid
from collections.abc import Callable, Sequence

from django.db import connection, transaction
from django.utils import timezone

from master.users.models import User

HELD = "held-"  # users whose names begin so belong to a test that holds their rows

Operation = Callable[["Hand"], None]


class Hand:
    """One writer's chance, and the users that it reaches for."""

    def __init__(self, *, seed: int, mark: str, hot: int) -> None:
        self.random = random.Random(seed)
        self.mark = mark
        self.hot = hot  # touches only so many of the oldest users; 0: all of them
        self.written = 0
        self._pool: list[int] = []
        self._look_again = 0

    def text(self) -> str:
        """Return a text that was not written before."""
        self.written += 1
        return f"{self.mark}-{self.written}"

    def keys(self, count: int) -> list[int]:
        """Return up to `count` keys of different users."""
        if self._look_again <= 0 or len(self._pool) < count:
            users = User.objects.exclude(username__startswith=HELD).order_by("pk").values_list("pk", flat=True)
            self._pool, self._look_again = list(users[: self.hot] if self.hot else users), 20
        self._look_again -= 1
        return sorted(self.random.sample(self._pool, min(count, len(self._pool))))

    def locked(self, count: int) -> Sequence[User]:
        """Return up to `count` users, locked in the order of their keys, in an order by chance."""
        users = list(User.objects.select_for_update().filter(pk__in=self.keys(count)).order_by("pk"))
        return self.random.sample(users, len(users))


def create(hand: Hand) -> None:
    """Create one user."""
    name = f"{hand.text()}-{uuid.uuid4().hex[:6]}"
    User.objects.create(username=name, email=f"{name}@example.org", first_name="New")


def create_some(hand: Hand) -> None:
    """Create some users in one statement."""
    User.objects.bulk_create([User(username=f"{hand.text()}-{uuid.uuid4().hex[:6]}") for _ in range(5)])


def save(hand: Hand) -> None:
    """Load a user, set a field, save, as a view does; a user who was deleted meanwhile comes back."""
    for user in User.objects.filter(pk__in=hand.keys(1)):
        user.first_name = hand.text()
        user.save()


def save_ignored(hand: Hand) -> None:
    """Write what is not replicated."""
    User.objects.filter(pk__in=hand.keys(1)).update(last_login=timezone.now())


@transaction.atomic
def update(hand: Hand) -> None:
    """Change some users in one statement."""
    keys = [user.pk for user in hand.locked(6)]
    User.objects.filter(pk__in=keys).update(last_name=hand.text())


@transaction.atomic
def bulk_update(hand: Hand) -> None:
    """Give some users different values in one statement."""
    users = hand.locked(6)
    for user in users:
        user.first_name = hand.text()
    if users:
        User.objects.bulk_update(users, ["first_name"])


def by_sql(hand: Hand) -> None:
    """Change a user past the ORM."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE users_user SET email = %s WHERE id = ANY(%s)", [f"{hand.text()}@x.org", hand.keys(1)])


def rename(hand: Hand) -> None:
    """Give a user a new name."""
    User.objects.filter(pk__in=hand.keys(1)).update(username=hand.text())


@transaction.atomic
def turn_names(hand: Hand) -> None:
    """Let two to four users hand their names on in a ring, by single saves."""
    users = hand.locked(hand.random.choice([2, 2, 3, 4]))
    names = [user.username for user in users]
    for user in users:
        User.objects.filter(pk=user.pk).update(username=f"turning-{user.pk}-{hand.text()}")
    for user, name in zip(users, names[1:] + names[:1], strict=True):
        user.username = name
        user.save(update_fields=["username"])


@transaction.atomic
def hand_name_over(hand: Hand) -> None:
    """Give the name of one user to another, who gives up his own."""
    users = hand.locked(2)
    if len(users) == 2:
        giver, taker = users
        name = giver.username
        giver.username = hand.text()
        giver.save()
        taker.username = name
        taker.save()


def flip_staff(hand: Hand) -> None:
    """Let a user become staff, who are not replicated, or stop being it."""
    for user in User.objects.filter(pk__in=hand.keys(1)):
        User.objects.filter(pk=user.pk).update(is_staff=not user.is_staff)


def flip_active(hand: Hand) -> None:
    """Deactivate a user, or take him back."""
    for user in User.objects.filter(pk__in=hand.keys(1)):
        user.is_active = not user.is_active
        user.save(update_fields=["is_active"])


@transaction.atomic
def delete(hand: Hand) -> None:
    """Delete a user or two."""
    User.objects.filter(pk__in=[user.pk for user in hand.locked(hand.random.choice([1, 1, 2]))]).delete()


def roll_back(hand: Hand) -> None:
    """Do several things and take all of them back."""
    with transaction.atomic():
        for operation in hand.random.sample([create, save, bulk_update, rename, delete], 2):
            operation(hand)
        transaction.set_rollback(True)


# How often each is done, out of their sum.
ALL: dict[Operation, int] = {
    create: 9,
    create_some: 2,
    save: 20,
    save_ignored: 3,
    update: 6,
    bulk_update: 6,
    by_sql: 6,
    rename: 8,
    turn_names: 10,
    hand_name_over: 6,
    flip_staff: 6,
    flip_active: 5,
    delete: 7,
    roll_back: 6,
}
# On a few users that must stay: for writers that get in each other's way.
OVERLAPPING: dict[Operation, int] = {save: 8, update: 3, bulk_update: 3, by_sql: 3, turn_names: 2, flip_active: 1}
