"""What the database refuses for its content stands alone; what fails otherwise changes nothing."""

from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection

from client.replication.changes import Incoming
from client.users.models import User
from tests.client.replication.listening import listening
from tests.client.replication.things import apply_labels, apply_things, thing
from tests.client.replication.users import ADA, BOB, apply_users, assert_held, gone, key, names, some, user, versions
from tests.client.things.models import Label, Loan, Note, Thing

GOOD = [user(key(f"user-{number}"), number, f"user-{number}") for number in range(1, 100)]

REFUSED: dict[str, tuple[Incoming, str]] = {
    "a name that is too long": (user(ADA, 500, "a" * 151), "too long"),
    "a field that is too long": (user(ADA, 500, "ada", first_name="A" * 151), "too long"),
    "NUL in a unique field": (user(ADA, 500, "a\0a"), "NUL"),
    "NUL in another field": (user(ADA, 500, "ada", first_name="A\0a"), "NUL"),
    "NUL in the key": (user(f"{ADA}\0", 500, "ada"), "key"),
    "a key of another type": (user("not-a-uuid", 500, "ada"), "key"),
    "a key in another spelling": (user(ADA.upper(), 500, "ada"), "key"),
    "null where there must be a value": (some(ADA, 500, username=None), "null"),
    "a delete of a key of another type": (gone("not-a-uuid", 500), "key"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("place", [0, 50, 99])
def test_a_change_that_the_database_refuses_stands_alone_among_99(case: str, place: int) -> None:
    bad, reason = REFUSED[case]
    applied = apply_users(*GOOD[:place], bad, *GOOD[place:])
    ((refused, why),) = applied.refused
    assert refused == bad
    assert reason in why
    assert_held({each.key: each.row["username"] for each in GOOD})
    assert {each.key for each in applied.changes} == {each.key for each in GOOD}
    assert versions() == {each.key: each.version for each in GOOD}


@pytest.mark.django_db
def test_many_bad_changes_stand_alone_each() -> None:
    bad = [user(key(f"bad-{number}"), number, "x" * 151) for number in range(1, 6)]
    mixed = [*GOOD[:30], bad[0], bad[1], *GOOD[30:60], bad[2], *GOOD[60:], bad[3], bad[4]]
    assert [each for each, _ in apply_users(*mixed).refused] == bad
    assert set(names()) == {each.key for each in GOOD}


@pytest.mark.django_db
def test_a_bad_change_is_refused_again_when_it_comes_again() -> None:
    bad = user(ADA.upper(), 500, "ada")
    apply_users(user(ADA, 1, "ada"))
    for _ in range(2):
        assert [each for each, _ in apply_users(bad, user(BOB, 2, "bob")).refused] == [bad]
    assert_held({ADA: "ada", BOB: "bob"})


THING_REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a check constraint": ({"price": Decimal("-1")}, "price_is_not_negative"),
    "a number too large": ({"size": 40_000}, "range"),
    "a unique number too large": ({"badge": 10**30}, "range"),
    "more digits than fit": ({"price": Decimal("1234567.89")}, "overflow"),
    "an address that is none": ({"address": "nowhere"}, "inet"),
    "a duration that is none": ({"lasts": "for ever"}, "interval"),
    "NUL inside JSON": ({"extra": {"a": "\0"}}, "NUL"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", THING_REFUSED)
def test_a_thing_that_the_database_refuses_stands_alone(case: str) -> None:
    row, reason = THING_REFUSED[case]
    bad = thing(2, 2, name="two", **row)
    applied = apply_things(thing(1, 1, name="one"), bad, thing(3, 3, name="three"))
    ((refused, why),) = applied.refused
    assert refused == bad
    assert reason in why
    assert set(Thing.objects.values_list("code", flat=True)) == {1, 3}


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", ["007", "+7", " 7", "7.0", "seven", "", str(2**40)])
def test_a_number_is_a_key_in_one_spelling_only(spelling: str) -> None:
    applied = apply_things(thing(7, 1, name="seven"), thing(spelling, 2, name="eight"))
    assert [each.key for each, _ in applied.refused] == [spelling]
    assert Thing.objects.get().name == "seven"


@pytest.mark.django_db
def test_a_text_is_a_key_up_to_its_length() -> None:
    long = "a" * 60
    applied = apply_labels(thing(long[:50], 1, text="one"), thing(long, 2, text="two"), thing("a\0", 3, text="three"))
    assert [each.key for each, _ in applied.refused] == [long, "a\0"]
    assert Label.objects.get().text == "one"


@pytest.mark.django_db
def test_the_reason_names_no_value_of_the_clients_own_columns() -> None:
    apply_users(user(ADA, 1, "ada"))
    User.objects.filter(uid=ADA).update(password="pbkdf2$secret")
    ((_, why),) = apply_users(some(ADA, 2, first_name=None)).refused
    assert "first_name" in why
    assert "secret" not in why


@pytest.mark.django_db
def test_a_user_whom_local_data_protects_is_refused_alone() -> None:
    apply_users(user(ADA, 1, "ada"), user(BOB, 2, "bob"))
    Loan.objects.create(user=User.objects.get(uid=ADA))
    applied = apply_users(gone(ADA, 3), gone(BOB, 4))
    assert [each.key for each, _ in applied.refused] == [ADA]
    assert_held({ADA: "ada"})
    assert versions() == {ADA: 1, BOB: 4}


@pytest.mark.django_db
def test_what_hangs_on_a_user_goes_with_him() -> None:
    apply_users(user(ADA, 1, "ada"))
    Note.objects.create(user=User.objects.get(uid=ADA))
    apply_users(gone(ADA, 2))
    assert not Note.objects.exists()


def dies(sender: object, **kwargs: object) -> None:
    """Break off the connection of the batch that is just being applied."""
    pid = connection.connection.info.backend_pid
    other = connection.copy()
    with closing(other), other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_midway_raises_and_changes_nothing() -> None:
    apply_users(user(ADA, 1, "ada"))
    with pytest.raises(DatabaseError), listening(dies):
        apply_users(user(ADA, 2, "augusta"), gone(BOB, 3))
    assert_held({ADA: "ada"})
    assert versions() == {ADA: 1}
    apply_users(user(ADA, 2, "augusta"), gone(BOB, 3))
    assert_held({ADA: "augusta"})
