"""The key of a window."""

import time

import pytest

from client.live import keys


def issued() -> str:
    return keys.issue(window="w1", user_pk=7, session_key="secret-session")


def test_a_key_says_what_it_was_issued_for() -> None:
    key = keys.read(issued())
    assert key.window == "w1"
    assert key.belongs_to(7, "secret-session")


@pytest.mark.parametrize(("user_pk", "session"), [(8, "secret-session"), (7, "another"), (None, None), (7, None)])
def test_a_key_is_nobody_elses(user_pk: int | None, session: str | None) -> None:
    assert not keys.read(issued()).belongs_to(user_pk, session)


def test_a_key_does_not_give_the_session_away() -> None:
    assert "secret" not in issued()
    assert keys.read(issued()).session != "secret-session"


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "é", "{}"])
def test_what_was_not_signed_here_is_refused(token: str) -> None:
    with pytest.raises(keys.KeyRefusedError):
        keys.read(token)


def test_a_changed_key_is_refused() -> None:
    token = issued()
    with pytest.raises(keys.KeyRefusedError):
        keys.read("A" + token[1:] if token[0] != "A" else "B" + token[1:])


def test_a_key_is_good_for_twelve_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    token, now = issued(), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 12 * 3600 - 5)
    keys.read(token)
    monkeypatch.setattr(time, "time", lambda: now + 12 * 3600 + 5)
    with pytest.raises(keys.KeyExpiredError):
        keys.read(token)


def test_a_key_that_another_version_has_made_is_out_of_date() -> None:
    token = keys._signer().sign_object({"window": "w", "more": 1})
    with pytest.raises(keys.KeyExpiredError):
        keys.read(token)
