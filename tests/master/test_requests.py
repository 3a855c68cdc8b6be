"""Each request is one line of the log, and part of the trace that its changes carry on."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin import site as admin_site
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from master.outbox.models import OutboxRow
from master.users.models import User
from telemetry import context
from telemetry.requests import log_requests
from tests.logged import flat, lines, one
from tests.telemetry.schema import wrong_fields

ONE = "0af7651916cd43dd8448eb211c80319c"
NAME = "r-123456"
PARENT = f"00-{ONE}-b7ad6b7169203331-01"


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    """Log while the answer is being sent."""

    def parts() -> Any:
        logging.getLogger("master").info("part")
        yield b"abc"

    return StreamingHttpResponse(parts())


def failing(request: HttpRequest) -> HttpResponse:
    """Fail."""
    raise ZeroDivisionError("of ada@example.org")


urlpatterns = [path("streamed", streamed), path("failing", failing), path("admin/", admin_site.urls)]


@pytest.fixture(autouse=True)
def outside() -> Iterator[None]:
    """End as part of nothing, also where only the middleware is called."""
    yield
    context.leave()


@pytest.fixture
def admin(db: None) -> User:
    """Return a superuser, whose name and address no line may hold."""
    return User.objects.create_superuser("grace", "grace@example.org", "hopper-hopper")


@pytest.mark.django_db(transaction=True)
def test_a_save_in_the_admin_is_one_trace_from_the_request_to_the_outbox(client: Client, admin: User) -> None:
    client.force_login(admin)
    with lines() as said:
        form = {"username": "ada", "usable_password": "false"}
        answer = client.post("/admin/users/user/add/", form, headers={"traceparent": PARENT, "X-Request-ID": NAME})
    assert answer.status_code == 302
    assert answer.headers["X-Request-ID"] == NAME
    fields = flat(one(said, "request"))
    assert fields["trace.id"] == ONE
    assert context.trace_of(OutboxRow.objects.get().traceparent) == ONE
    assert fields["http.request.id"] == NAME
    assert (fields["http.request.method"], fields["url.path"]) == ("POST", "/admin/users/user/add/")
    assert fields["http.response.status_code"] == 302
    assert 0 < fields["event.duration"] < 60e9
    assert fields["user.id"] == str(admin.uid)
    assert wrong_fields(fields) == []
    assert "grace" not in str(said)
    assert context.traces() == ()


@pytest.mark.parametrize("given", ["", "short", "with a space", "a" * 65, "new\nline-here"])
def test_a_request_is_named_anew_unless_its_name_is_one(given: str) -> None:
    middleware = log_requests(lambda request: HttpResponse())
    request = RequestFactory().get("/", headers={"X-Request-ID": given})
    names = {middleware(request).headers["X-Request-ID"] for _ in "ab"}
    assert len(names) == 2
    assert given not in names


def test_neither_the_query_nor_who_asks_for_nothing_of_his_is_said(client: Client) -> None:
    with lines() as said:
        client.get("/nothing/here", {"sesame": "abcdefgh", "email": "isolde@example.org"})
    fields, missed = flat(one(said, "request")), one(said, "Not Found: /nothing/here")
    assert (fields["http.response.status_code"], fields["url.path"]) == (404, "/nothing/here")
    assert missed["trace"]["id"] == fields["trace.id"]
    assert "user.id" not in fields
    assert "abcdefgh" not in str(said)
    assert "isolde" not in str(said)


@pytest.mark.urls("tests.master.test_requests")
def test_a_streamed_answer_is_one_trace_to_its_end(client: Client) -> None:
    with lines() as said:
        answer = client.get("/streamed")
        assert answer.getvalue() == b"abc"
        answer.close()
    part, request = (flat(one(said, message)) for message in ("part", "request"))
    assert part["trace.id"] == request["trace.id"]
    assert part["http.request.id"] == request["http.request.id"] == answer.headers["X-Request-ID"]


@pytest.mark.urls("tests.master.test_requests")
def test_what_fails_is_an_error_with_its_traceback_in_one_field(client: Client) -> None:
    client.raise_request_exception = False
    with lines() as said:
        client.get("/failing")
    request, error = one(said, "request"), one(said, "Internal Server Error: /failing")
    assert request["log.level"] == "error"
    assert request["trace"] == error["trace"]
    assert error["error"]["type"] == "ZeroDivisionError"
    assert "in failing" in error["error"]["stack_trace"]
    assert error["error"]["message"] == "of [hidden]"


def test_what_probes_ask_for_is_not_said_unless_it_fails(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with lines(logging.INFO, "telemetry") as said:
        assert client.get("/healthz").status_code == 200
        assert [line for line in said if line["message"] == "request"] == []
        response = log_requests(lambda request: HttpResponse(status=503))(RequestFactory().get("/readyz"))
    assert response.status_code == 503
    assert one(said, "request")["log.level"] == "warning"


def test_it_waits_for_an_asynchronous_answer() -> None:
    async def answer(request: HttpRequest) -> HttpResponse:
        request.user = request._cached_user = AnonymousUser()
        return HttpResponse(status=204)

    with lines() as said:
        response = asyncio.run(log_requests(answer)(RequestFactory().get("/x")))
    assert response.status_code == 204
    assert "user" not in one(said, "request")
