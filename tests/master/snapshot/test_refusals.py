"""What is wrong is refused with a sentence, in JSON; nothing is guessed, and no token is ever told."""

import json
import logging
import re
import uuid
from collections.abc import Sequence
from importlib import import_module

import pytest
from django.db import InterfaceError, OperationalError
from django.test import override_settings
from prometheus_client import REGISTRY

from master.outbox.models import OutboxRow
from master.snapshot import metrics, rows
from master.snapshot.access import require_token
from master.snapshot.refusal import RefusedError
from tests.master.snapshot.pulling import ask

pytestmark = pytest.mark.django_db

KEY = str(uuid.UUID(int=7))
FIRST, SECOND = "a" * 32, "b" * 40
FIELDS = ["username", "first_name", "last_name", "email", "is_active"]
SENTENCES = re.compile(r"[A-Z`].*\. [A-Z].*\.")
Query = Sequence[tuple[str, object]]

WRONG: list[tuple[str, Query, str]] = [
    ("users/", [("limit", "0")], "`limit` is '0'"),
    ("users/", [("limit", "-1")], "`limit` is '-1'"),
    ("users/", [("limit", "abc")], "`limit` is 'abc'"),
    ("users/", [("limit", "")], "`limit` is ''"),
    ("users/", [("limit", "10001")], "`limit` is '10001'"),
    ("users/", [("limit", "9" * 5000)], "`limit` is '99999"),
    ("users/", [("limit", "²")], "`limit` is '²'"),
    ("users/", [("limit", "5"), ("limit", "6")], "`limit` is there 2 times"),
    ("users/", [("after", "")], "The key ''"),
    ("users/", [("after", "a\0b")], r"The key 'a\x00b'"),
    ("users/", [("after", KEY), ("keys", KEY)], "`keys` stands with"),
    ("users/", [("limit", 5), ("keys", KEY)], "`keys` stands with"),
    ("users/", [("keys", uuid.UUID(int=number)) for number in range(101)], "There are 101 keys"),
    ("users/", [("keys", KEY)] * 101, "There are 101 keys"),
    ("users/", [("keys", KEY)] * 1001, "too many parameters"),
    ("users/", [("keys", KEY), ("keys", "")], "The key ''"),
    ("users/", [("keys", "a\0b")], r"The key 'a\x00b'"),
    ("users/", [("keys", "k" * 1025)], "The key 'kkk"),
    ("users/", [("keys", "not-a-uuid")], "The key 'not-a-uuid'"),
    ("users/", [("keys", f"{KEY},{KEY}")], "The key '0"),
    ("users/", [("page", 2)], "no parameter 'page'"),
    ("users/", [("token", FIRST)], "no parameter 'token'"),
    ("users/", [("access_token", FIRST)], "no parameter 'access_token'"),
    ("users/digests/", [], "`fields` is missing"),
    ("users/digests/", [("fields", "")], "no field ''"),
    ("users/digests/", [("fields", "username,password")], "no field 'password'"),
    ("users/digests/", [("fields", "username,")], "no field ''"),
    ("users/digests/", [("fields", "username,username")], "twice"),
    ("users/digests/", [("fields", "username"), ("fields", "email")], "`fields` is there 2 times"),
    ("users/digests/", [("fields", "username"), ("buckets", "1")], "no parameter 'buckets'"),
    ("users/digests/rows", [("fields", "username")], "`buckets` is missing"),
    ("users/digests/rows", [("buckets", "1")], "`fields` is missing"),
    ("users/digests/rows", [("fields", "username"), ("buckets", "")], "no number"),
    ("users/digests/rows", [("fields", "username"), ("buckets", "1,2,1")], "twice"),
    ("users/digests/rows", [("fields", "username"), ("buckets", "1,01")], "twice"),
    ("users/digests/rows", [("fields", "username"), ("buckets", "1024")], "no bucket 1024"),
    ("users/digests/rows", [("fields", "username"), ("buckets", "-1")], "no number"),
    ("users/digests/rows", [("fields", "username"), ("buckets", "one")], "no number"),
    ("users/digests/rows", [("fields", "salary"), ("buckets", "1")], "no field 'salary'"),
]


@pytest.mark.parametrize(("path", "query", "told"), WRONG)
def test_a_wrong_query_is_refused_and_says_why(path: str, query: Query, told: str) -> None:
    answer = ask(path, query)
    assert answer.status == 400
    assert told in answer.refusal["error"]
    assert SENTENCES.fullmatch(answer.refusal["error"])
    assert FIRST not in answer.body.decode()
    assert not OutboxRow.objects.exists()


def test_an_unknown_field_is_answered_with_those_that_there_are() -> None:
    for path, query in (("users/digests/", []), ("users/digests/rows", [("buckets", 1)])):
        assert ask(path, [*query, ("fields", "username,shoe_size")]).refusal["fields"] == FIELDS


@pytest.mark.parametrize("path", ["nothing/", "nothing/digests/", "nothing/digests/rows", "outbox_row/"])
def test_a_table_that_is_not_declared_is_not_there(path: str) -> None:
    answer = ask(path)
    assert answer.status == 404
    assert "Master has groups, labels, things, users." in answer.refusal["error"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
@pytest.mark.parametrize("path", ["users/", "users/digests/", "users/digests/rows"])
def test_only_get_is_answered(path: str, method: str) -> None:
    answer = ask(path, method=method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET")
    assert method == "HEAD" or "Use GET." in answer.refusal["error"]


@override_settings(SNAPSHOT_TOKENS=[FIRST, SECOND])
def test_each_of_several_tokens_is_valid() -> None:
    for token in (FIRST, SECOND):
        assert ask("users/", token=token).status == 200
    assert ask("users/", token="", headers={"Authorization": f"bearer  {FIRST} "}).status == 200


@pytest.mark.parametrize(
    "header",
    ["", FIRST, "Bearer", "Bearer ", f"Basic {FIRST}", f"Bearer {FIRST}x", f"Bearer {FIRST[:-1]}", "Bearer \xe9",
     f"Bearer {FIRST},{SECOND}", f"Bearer {FIRST} {SECOND}", f"Token {FIRST}"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["users/", "users/digests/", "users/digests/rows", "nothing/"])
@override_settings(SNAPSHOT_TOKENS=[FIRST, SECOND])
def test_without_a_valid_token_nothing_is_told(path: str, header: str) -> None:
    answer = ask(path, [("limit", "x")], token="", headers={"Authorization": header} if header else {})
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "SNAPSHOT_TOKEN" in answer.refusal["error"]
    assert FIRST not in answer.body.decode()


@override_settings(SNAPSHOT_TOKENS=[FIRST])
def test_a_token_in_the_query_opens_nothing() -> None:
    assert ask("users/", [("token", FIRST)], token="").status == 401


@override_settings(SNAPSHOT_TOKENS=[])
def test_without_tokens_nobody_may_ask() -> None:
    for token in ("", FIRST):
        assert ask("users/", token=token).status == 401


@override_settings(SNAPSHOT_TOKENS=[FIRST])
def test_no_token_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask("users/", [("token", SECOND)], token=FIRST)
        ask("users/", token=SECOND)
    assert caplog.records
    said = json.dumps([[record.getMessage(), str(record.args)] for record in caplog.records])
    assert FIRST not in said
    assert SECOND not in said


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_away_is_answered_as_such(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def away(*words: object) -> None:
        raise error("connection refused: postgres://user:secret@host")

    monkeypatch.setattr(rows, "by_key", away)
    answer = ask("users/", [("keys", KEY)])
    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "secret" not in answer.body.decode()


def test_requests_and_rows_are_counted() -> None:
    def counted() -> list[float]:
        asked = [metrics.requests.labels("digests", status)._value.get() for status in (200, 400, 401)]
        return [*asked, metrics.rows.labels("digests")._value.get()]

    before = counted()
    ask("users/digests/", [("fields", "username")])
    ask("users/digests/", [("fields", "password")])
    ask("users/digests/", token="x" * 32)
    assert [after - each for each, after in zip(before, counted(), strict=True)] == [1, 1, 1, 1024]


def test_answers_are_kept_by_nobody() -> None:
    for status, token in ((200, None), (401, "x")):
        answer = ask("users/", token=token)
        assert (answer.status, answer.headers["Cache-Control"]) == (status, "no-store")


@override_settings(SNAPSHOT_TOKENS=[FIRST])
def test_after_ten_wrong_tokens_an_address_is_told_to_wait_and_a_right_one_is_taken() -> None:
    assert [ask("users/", token=SECOND).status for _ in range(11)] == [401] * 10 + [429]
    answer = ask("users/", token=SECOND)
    assert SENTENCES.fullmatch(answer.refusal["error"])
    assert 1 <= int(answer.headers["Retry-After"]) <= 6
    assert ask("users/", token=FIRST).status == 200
    with pytest.raises(RefusedError, match="not valid"):  # another address has not been wrong so far
        require_token(f"Bearer {SECOND}", [FIRST], "192.0.2.1")


@override_settings(SNAPSHOT_TOKENS=[FIRST])
def test_a_request_without_a_token_is_no_wrong_one() -> None:
    assert [ask("users/", token="").status for _ in range(12)] == [401] * 12
    assert ask("users/", token=FIRST).status == 200


@pytest.mark.parametrize("endpoint", ["rows", "digests", "digest_rows"])
@pytest.mark.parametrize("status", ["401", "429"])
def test_wrong_tokens_are_counted_from_none_on(endpoint: str, status: str) -> None:
    import_module("master.urls")  # as with the first request
    assert REGISTRY.get_sample_value("snapshot_requests_total", {"endpoint": endpoint, "status": status}) is not None
