"""What a visitor reads when there is no page: in the service's words, and what to do."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from tests.client.people import a_replica

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client) -> Client:
    """Return a browser in which somebody is signed in, and which is shown what others would be."""
    client.force_login(a_replica("ada"), backend="django.contrib.auth.backends.ModelBackend")
    client.raise_request_exception = False
    return client


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what lets the page `/` fail."""

    def fail(error: Exception) -> None:
        def raise_it(user: object) -> None:
            raise error

        monkeypatch.setattr("client.users.views.you_state", raise_it)

    return fail


def test_an_address_that_leads_nowhere(browser: Client, client: Client) -> None:
    for visitor in (browser, Client()):
        answer = visitor.get("/no/such/page")
        assert answer.status_code == 404
        assert "There is no such page" in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (PermissionDenied(), 403, "You may not see this page"),
        (RuntimeError(), 500, "Something went wrong here"),
        (FileNotFoundError(), 500, "Something went wrong here"),
    ],
)
def test_a_page_that_fails(error: Exception, status: int, says: str, browser: Client, failing: Any) -> None:
    failing(error)
    answer = browser.get("/")
    assert answer.status_code == status
    assert f"<h1>{says}</h1>" in answer.content.decode()


def test_a_page_without_redis_is_tried_again_by_itself(browser: Client) -> None:
    answer = browser.get("/?a=<b>")  # nothing listens where the tests look for Redis
    assert (answer.status_code, answer.headers["Refresh"], answer.headers["Retry-After"]) == (503, "10", "10")
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<a href="/?a=%3Cb%3E">Try again</a>' in answer.content.decode()


def test_a_form_is_not_sent_again_by_itself(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise TimeoutError

    monkeypatch.setattr("client.users.views.SignInView.form_invalid", away)
    answer = client.post("/accounts/login/")
    assert answer.status_code == 503
    assert "Refresh" not in answer.headers


def test_a_program_is_told_in_json(browser: Client) -> None:
    answer = browser.get("/", headers={"accept": "application/json"})
    assert (answer.status_code, list(answer.json())) == (503, ["error"])
