"""Who may hear which topic."""

import logging
from typing import Any

import pytest

from client.live import hearing
from client.live.hearing import authorize, heard_by, heard_by_prefix, may_hear
from client.live.topics import user_topic
from client.users.models import User

ADA = User(pk=7, username="ada", is_active=True)
EVE = User(pk=8, username="eve", is_active=True)


@pytest.fixture(autouse=True)
def _no_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "_rules", {})
    monkeypatch.setattr(hearing, "_prefix_rules", {})


def is_ada(user: Any) -> bool:
    return bool(user.username == "ada")


def test_nobody_hears_a_topic_without_a_rule() -> None:
    assert not authorize(ADA, "secrets")
    assert not may_hear(ADA, "w", "-str.secrets")


def test_a_rule_says_who_hears_a_topic() -> None:
    heard_by("secrets")(is_ada)
    assert [authorize(user, "secrets") for user in (ADA, EVE)] == [True, False]
    assert [authorize(user, "secrets.more") for user in (ADA, EVE)] == [False, False]


def test_a_rule_for_a_prefix_is_told_what_follows() -> None:
    heard_by_prefix("tag.")(lambda user, tag: tag == user.username)
    assert [authorize(ADA, topic) for topic in ("tag.ada", "tag.eve", "tags.ada")] == [True, False, False]


def test_the_longest_prefix_counts_and_a_topics_own_rule_before_it() -> None:
    heard_by_prefix("tag.")(lambda user, tag: True)
    heard_by_prefix("tag.secret.")(lambda user, tag: False)
    heard_by("tag.secret.open")(lambda user: True)
    assert [authorize(ADA, topic) for topic in ("tag.x", "tag.secret.x", "tag.secret.open")] == [True, False, True]


def test_a_rule_that_fails_refuses(caplog: pytest.LogCaptureFixture) -> None:
    @heard_by("broken")
    def broken(user: Any) -> bool:
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR, "client.live"):
        assert not authorize(ADA, "broken")
    assert [record.message for record in caplog.records] == ["rule failed"]


def test_a_window_always_hears_what_is_said_to_itself_its_user_or_everybody() -> None:
    own = ["-window.w", "-user.7", "-broadcast", "-str." + user_topic("local-7")]
    others = ["-window.v", "-user.8", "-str." + user_topic("local-8"), "-users.user.7", "-str.-broadcast"]
    assert [may_hear(ADA, "w", topic) for topic in own] == [True] * 4
    assert [may_hear(ADA, "w", topic) for topic in others] == [False] * 5
