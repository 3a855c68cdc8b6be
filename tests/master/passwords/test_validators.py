"""A password is refused as long as it is one of the last that its user had."""

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.auth.password_validation import (
    get_default_password_validators,
    password_changed,
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries, Settings

from master.passwords.models import PasswordHash
from master.passwords.validators import NotRecentlyUsed
from master.users.models import User
from tests.master.passwords.conftest import change, remembered, secret, set_history
from tests.master.passwords.hashers import LIGHT, OTHER, Light

pytestmark = pytest.mark.django_db


def is_refused(user: User, password: str) -> bool:
    try:
        validate_password(password, User.objects.get(pk=user.pk))
    except ValidationError as error:
        (refusal,) = error.error_list
        assert refusal.code == "password_has_been_used"
        assert refusal.params == {"history": get_default_password_validators()[-1].history}
        return True
    return False


def test_djangos_four_validators_and_ours_are_on() -> None:
    assert [type(validator).__name__ for validator in get_default_password_validators()] == [
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
        "NotRecentlyUsed",
    ]


def test_the_last_ten_are_refused_and_no_others(ada: User) -> None:
    for number in range(11):
        change(ada, secret(number))
    assert not is_refused(ada, secret(0))
    assert all(is_refused(ada, secret(number)) for number in range(1, 11))
    assert not is_refused(ada, secret(11))
    assert len(remembered(ada)) == 10


@pytest.mark.parametrize("history", [1, 2, 3, 25])
def test_the_history_is_as_long_as_one_likes(ada: User, settings: Settings, history: int) -> None:
    set_history(settings, history)
    for number in range(history + 1):
        change(ada, secret(number))
    assert not is_refused(ada, secret(0))
    assert all(is_refused(ada, secret(number)) for number in range(1, history + 1))
    assert len(remembered(ada)) == history


def test_a_shorter_history_counts_at_once_and_is_cut_at_the_next_change(ada: User, settings: Settings) -> None:
    for number in range(5):
        change(ada, secret(number))
    set_history(settings, 2)
    assert not is_refused(ada, secret(2))
    assert is_refused(ada, secret(3))
    assert len(remembered(ada)) == 5, "to validate forgets nothing"
    change(ada, secret(0))
    assert len(remembered(ada)) == 2


def test_what_is_remembered_is_the_hash_of_the_users_row(ada: User) -> None:
    change(ada, secret(0))
    assert remembered(ada) == [User.objects.get().password]
    assert secret(0) not in remembered(ada)[0]


def test_users_do_not_share_a_history(ada: User) -> None:
    bob = User.objects.create(username="bob")
    change(ada, secret(0))
    assert not is_refused(bob, secret(0))


def test_a_password_from_before_the_app_counts_and_is_remembered_when_it_changes(ada: User) -> None:
    User.objects.update(password=make_password(secret(0)))  # tells no validator
    assert is_refused(ada, secret(0))
    change(User.objects.get(), secret(1))
    assert is_refused(ada, secret(0))
    assert len(remembered(ada)) == 2


def test_a_password_that_was_set_past_the_hook_counts_and_is_remembered(ada: User) -> None:
    change(ada, secret(0))
    User.objects.update(password=make_password(secret(1)))
    assert is_refused(ada, secret(1))
    change(User.objects.get(), secret(2))
    assert [is_refused(ada, secret(number)) for number in (0, 1, 2, 3)] == [True, True, True, False]


def test_to_validate_writes_nothing_and_checks_one_hash_more_than_the_history_at_the_most(
    ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(11):
        change(ada, secret(number))
    Light.done = 0
    with django_assert_num_queries(1):
        validate_password(secret(11), ada)
    assert Light.done == 10, "the present one is remembered: it is not checked twice"
    User.objects.update(password=make_password(secret(12)))
    user = User.objects.get()
    Light.done = 0
    with django_assert_num_queries(1) as captured:
        validate_password(secret(11), user)
    assert Light.done == 11
    assert captured.captured_queries[0]["sql"].startswith("SELECT")


def test_nobody_is_looked_up_who_has_no_row(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    strangers = (None, User(username="ada"), User(pk=7, username="ada"), AnonymousUser(), Group(name="a group"))
    with django_assert_num_queries(0):
        for stranger in strangers:
            NotRecentlyUsed().validate(secret(0), stranger)  # type: ignore[arg-type]
            NotRecentlyUsed().password_changed(secret(0), stranger)  # type: ignore[arg-type]


def test_unusable_passwords_are_neither_remembered_nor_compared(ada: User) -> None:
    change(ada, secret(0))
    ada.set_unusable_password()
    ada.save()
    assert len(remembered(ada)) == 1
    assert is_refused(ada, secret(0))
    change(User.objects.get(), secret(1))
    assert len(remembered(ada)) == 2
    ada = User.objects.get()
    ada.set_password(None)
    ada.save()
    password_changed("whatever", ada)
    assert len(remembered(ada)) == 2


def test_a_hook_that_is_called_twice_remembers_once(ada: User) -> None:
    change(ada, secret(0))
    password_changed(secret(0), ada)
    assert len(remembered(ada)) == 1


def test_each_hash_is_checked_by_the_hasher_that_made_it(ada: User, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [OTHER]
    change(ada, secret(0))
    settings.PASSWORD_HASHERS = [LIGHT, OTHER]
    change(ada, secret(1))
    assert [encoded.split("$")[0] for encoded in remembered(ada)] == ["other", "light"]
    assert is_refused(ada, secret(0))
    assert is_refused(ada, secret(1))


def test_a_hash_that_no_hasher_can_check_is_skipped_and_logged(
    ada: User, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    change(ada, secret(0))
    settings.PASSWORD_HASHERS = [OTHER]
    change(ada, secret(1))
    PasswordHash.objects.create(user=ada, encoded="other$torn")
    caplog.clear()
    assert not is_refused(ada, secret(0))
    assert is_refused(ada, secret(1))
    assert {record.message for record in caplog.records} == {"remembered password skipped"}
    assert not any(
        word in record.getMessage() + str(record.__dict__) for record in caplog.records for word in remembered(ada)
    )


@pytest.mark.parametrize("after", ["the same hasher, stronger", "another hasher"])
def test_a_hash_that_is_made_anew_at_a_sign_in_is_no_change(
    ada: User, settings: Settings, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    change(ada, secret(0))
    if after == "another hasher":
        settings.PASSWORD_HASHERS = [OTHER, LIGHT]
    else:
        monkeypatch.setattr(Light, "iterations", 2)
    assert ada.check_password(secret(0))
    assert User.objects.get().password not in remembered(ada), "it was made anew"
    assert len(remembered(ada)) == 1
    change(User.objects.get(), secret(1))
    assert len(remembered(ada)) == 2, "one password takes one place"
    assert is_refused(ada, secret(0))


def test_a_password_that_is_validated_after_it_was_set_is_not_taken_for_the_present_one(ada: User) -> None:
    change(ada, secret(0))
    ada.set_password(secret(1))
    validate_password(secret(1), ada)
    ada.save()
    assert is_refused(ada, secret(1))


def test_it_says_what_it_wants(ada: User, settings: Settings) -> None:
    change(ada, secret(0))
    with pytest.raises(ValidationError, match=r"This password is one of the last 10 that you had\."):
        validate_password(secret(0), ada)
    assert password_validators_help_texts()[-1] == "Your password must not be one of the last 10 that you had."
    set_history(settings, 1)
    with pytest.raises(ValidationError, match=r"This is the password that you have\. Choose another one\."):
        validate_password(secret(0), ada)
    assert password_validators_help_texts() == ["Your password must not be the one that you have."]
