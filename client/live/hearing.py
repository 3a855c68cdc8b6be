"""Who may hear which topic: nobody, unless a rule says so.

A view chooses the topics of a page when it is loaded; its key and its socket live on for hours. So they are judged when
the page is rendered, whenever the window connects, whenever somebody's permissions change, and once a minute.
"""

import logging
from collections.abc import Callable
from typing import Any

from client.live.serializing import EVERYBODY, TEXT, own_user, own_window
from client.live.topics import user_key, user_topic

logger = logging.getLogger(__name__)

Rule = Callable[[Any], bool]
PrefixRule = Callable[[Any, str], bool]
_rules: dict[str, Rule] = {}
_prefix_rules: dict[str, PrefixRule] = {}


def heard_by(topic: str) -> Callable[[Rule], Rule]:
    """Let the decorated function say of a user, as he is now, whether he may hear a topic."""

    def register(rule: Rule) -> Rule:
        _rules[topic] = rule
        return rule

    return register


def heard_by_prefix(prefix: str) -> Callable[[PrefixRule], PrefixRule]:
    """Let the decorated function say it for all topics that begin so; it is called with the user and what follows."""

    def register(rule: PrefixRule) -> PrefixRule:
        _prefix_rules[prefix] = rule
        return rule

    return register


def authorize(user: Any, topic: str) -> bool:
    """Say whether a user, as he is now, may hear a topic: as its rule says, else that of the longest prefix.

    Without a rule nobody may, but for the topic of the user's own changes. A rule that raises refuses.
    """
    try:
        if rule := _rules.get(topic):
            return bool(rule(user))
        if prefixes := [prefix for prefix in _prefix_rules if topic.startswith(prefix)]:
            prefix = max(prefixes, key=len)
            return bool(_prefix_rules[prefix](user, topic.removeprefix(prefix)))
    except Exception:
        logger.exception("rule failed", extra={"topic": topic})
        return False
    return topic == user_topic(user_key(user))


def may_hear(user: Any, window_key: str, serialized: str) -> bool:
    """Say whether a window of a user may hear a topic, as `serialize_topic` writes it."""
    if serialized in (EVERYBODY, own_window(window_key), own_user(user.pk)):
        return True
    return authorize(user, serialized.removeprefix(TEXT))
