"""A wrong option of the validator stops the start with a sentence."""

import sys

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from master.passwords.checks import NAME
from master.passwords.validators import NotRecentlyUsed
from tests.master.passwords.conftest import set_history


def complaints() -> list[tuple[str, str]]:
    found = [message for message in run_checks() if str(message.id).startswith("passwords.")]
    return [(str(message.id), f"{message.msg} {message.hint}") for message in found]


def test_the_settings_of_master_are_right() -> None:
    assert complaints() == []


@pytest.mark.parametrize("history", [0, -1, 2.5, "10", None, True, sys.maxsize + 1])
def test_a_history_that_is_none_is_refused(settings: Settings, history: object) -> None:
    set_history(settings, history)
    remedy = f"history is {history!r}. Set it to a whole number from 1 to {sys.maxsize}."
    assert complaints() == [("passwords.E001", f"AUTH_PASSWORD_VALIDATORS: {NAME} cannot be used. {remedy}")]
    with pytest.raises(ImproperlyConfigured, match="Set it to a whole number"):
        NotRecentlyUsed(history=history)  # type: ignore[arg-type]


def test_an_unknown_option_is_refused(settings: Settings) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": NAME, "OPTIONS": {"length": 3}}]
    ((number, text),) = complaints()
    assert number == "passwords.E001"
    assert "It takes the option history only" in text
    assert "length" in text


def test_the_validator_is_named_once(settings: Settings) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": NAME}, {"NAME": NAME, "OPTIONS": {"history": 3}}]
    ((number, _),) = complaints()
    assert number == "passwords.E002"


def test_an_app_without_its_validator_is_told_of(settings: Settings) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [{"NAME": "nowhere.at.all"}]
    ((number, text),) = complaints()
    assert number == "passwords.W001"
    assert NAME in text
