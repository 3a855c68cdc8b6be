"""A page, and what workers answer to it, are in one language: one that this client's texts are there in."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from client.live.admission import Handshake

WANTS_FRENCH = "fr-CA, fr;q=0.9, en;q=0.5"


def of_page(client: Client) -> str:
    """Return what a page says that it is in."""
    page = client.get("/accounts/login/", headers={"accept-language": WANTS_FRENCH}).content.decode()
    found = re.search(r'<html lang="([^"]+)"', page)
    assert found
    return found[1]


def of_socket() -> str:
    """Return the language in which a window of the same browser is answered."""
    headers = [(b"accept-language", WANTS_FRENCH.encode())]
    return Handshake.read({"path": "/ws/", "headers": headers, "query_string": b""}).language


@pytest.mark.django_db
def test_a_language_without_texts_of_ours_is_not_mixed_in(client: Client) -> None:
    assert (of_page(client), of_socket()) == ("en", "en")


@pytest.mark.django_db
def test_a_language_that_is_there_is_spoken_by_pages_and_workers(client: Client, settings: Settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("fr", "Français")]
    assert (of_page(client), of_socket()) == ("fr", "fr")
