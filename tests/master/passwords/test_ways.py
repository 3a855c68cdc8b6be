"""Every way of Django's to a new password validates it first, and remembers it then."""

import io
import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from master.users.models import User
from tests.master.passwords.conftest import change, remembered, secret
from tests.master.passwords.hashers import LIGHT, OTHER

REFUSED = "This password is one of the last 10 that you had"
Typing = Callable[..., None]


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch) -> Typing:
    """Return what types passwords, one after the other, each twice."""

    def types(*passwords: str) -> None:
        answers = iter([password for password in passwords for _ in range(2)])
        monkeypatch.setattr("getpass.getpass", lambda *args, **options: next(answers))

    return types


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


class Terminal(io.StringIO):
    """A standard input that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def has(username: str, *passwords: int) -> bool:
    """Tell whether these passwords, and no others, are remembered of a user, the last of which he has."""
    user = User.objects.get(username=username)
    return len(remembered(user)) == len(passwords) and user.check_password(secret(passwords[-1]))


@pytest.mark.django_db
def test_createsuperuser_asks_validates_and_remembers(
    typing: Typing, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("builtins.input", lambda *prompt: "n")  # "Bypass password validation?"
    typing("password", secret(0))
    call_command("createsuperuser", username="root", email="root@example.org", stdin=Terminal())
    assert "This password is too common." in capsys.readouterr().err
    assert has("root", 0)


@pytest.mark.django_db
def test_createsuperuser_remembers_what_it_finds_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", secret(0))
    call_command("createsuperuser", username="root", email="root@example.org", interactive=False, verbosity=0)
    assert has("root", 0)


@pytest.mark.django_db
def test_users_who_are_created_by_code_are_remembered() -> None:
    User.objects.create_user("ada", password=secret(0))
    User.objects.create_user("bob")
    assert has("ada", 0)
    assert remembered(User.objects.get(username="bob")) == []


def test_changepassword_refuses_thrice_and_remembers(
    ada: User, typing: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    change(ada, secret(0))
    typing(secret(0), secret(0), secret(0))
    with pytest.raises(CommandError, match="Aborting password change"):
        call_command("changepassword", "ada")
    assert capsys.readouterr().err.count(REFUSED) == 3
    typing(secret(0), secret(1))
    call_command("changepassword", "ada")
    assert has("ada", 0, 1)


def test_the_admin_adds_a_user(admin: Client) -> None:
    passwords = {"password1": secret(0), "password2": secret(0), "usable_password": "true"}
    answer = admin.post(reverse("admin:users_user_add"), {"username": "ada", **passwords})
    assert answer.status_code == 302
    assert has("ada", 0)


def test_the_admin_changes_a_password(admin: Client, ada: User) -> None:
    change(ada, secret(0))
    page = reverse("admin:auth_user_password_change", args=[ada.pk])
    assert "must not be one of the last 10" in admin.get(page).content.decode()
    again = {"password1": secret(0), "password2": secret(0), "usable_password": "true"}
    answer = admin.post(page, again)
    assert answer.status_code == 200
    assert REFUSED in answer.content.decode()
    assert admin.post(page, {**again, "password1": secret(1), "password2": secret(1)}).status_code == 302
    assert has("ada", 0, 1)


def test_the_admin_takes_a_password_away_and_gives_another(admin: Client, ada: User) -> None:
    change(ada, secret(0))
    page = reverse("admin:auth_user_password_change", args=[ada.pk])
    assert admin.post(page, {"usable_password": "false", "unset-password": "1"}).status_code == 302
    assert not User.objects.get(username="ada").has_usable_password()
    passwords = {"password1": secret(0), "password2": secret(0), "usable_password": "true"}
    assert REFUSED in admin.post(page, passwords).content.decode()
    assert admin.post(page, {**passwords, "password1": secret(1), "password2": secret(1)}).status_code == 302
    assert has("ada", 0, 1)


@pytest.mark.django_db
def test_staff_change_their_own_password() -> None:
    root = User.objects.create_superuser("root", password=secret(0))
    client = Client()
    client.force_login(root)
    page = reverse("admin:password_change")
    same = {"old_password": secret(0), "new_password1": secret(0), "new_password2": secret(0)}
    assert REFUSED in client.post(page, same).content.decode()
    other = {**same, "new_password1": secret(1), "new_password2": secret(1)}
    assert client.post(page, other).status_code == 302
    assert has("root", 0, 1)


def test_an_old_password_that_is_upgraded_on_its_way_out_counts_once(settings: Settings, ada: User) -> None:
    User.objects.update(is_staff=True)
    ada = User.objects.get()
    settings.PASSWORD_HASHERS = [OTHER]
    change(ada, secret(0))
    settings.PASSWORD_HASHERS = [LIGHT, OTHER]
    client = Client()
    client.force_login(ada)
    form = {"old_password": secret(0), "new_password1": secret(1), "new_password2": secret(1)}
    assert client.post(reverse("admin:password_change"), form).status_code == 302
    assert has("ada", 0, 1)


def test_signing_in_is_no_change(settings: Settings, ada: User) -> None:
    User.objects.update(is_staff=True)
    change(User.objects.get(), secret(0))
    settings.PASSWORD_HASHERS = [OTHER, LIGHT]
    before = remembered(ada)
    answer = Client().post(reverse("admin:login"), {"username": "ada", "password": secret(0)})
    assert answer.status_code == 302
    assert User.objects.get().password.startswith("other$")
    assert remembered(ada) == before


def test_a_reset_by_mail_refuses_and_remembers(settings: Settings, ada: User, client: Client) -> None:
    settings.ROOT_URLCONF = "tests.master.passwords.urls"
    change(ada, secret(0))
    User.objects.update(email="ada@example.org")
    client.post(reverse("password_reset"), {"email": "ada@example.org"})
    (link,) = re.findall(r"http://[^/]+(/\S+)", str(mail.outbox[0].body))
    page = client.get(link, follow=True).redirect_chain[-1][0]
    refused = client.post(page, {"new_password1": secret(0), "new_password2": secret(0)})
    assert REFUSED in refused.content.decode()
    assert client.post(page, {"new_password1": secret(1), "new_password2": secret(1)}).status_code == 302
    assert has("ada", 0, 1)
