"""Who may hear a topic that is not for everybody whose view has set it.

A view chooses the topics of a page when it is loaded; its key and its socket live on for hours. So these are judged
again whenever a window connects, and whenever somebody's permissions change.
"""

from collections.abc import Callable, Collection
from typing import Any

from client.live.listeners import group

Rule = Callable[[Any], bool]
_rules: dict[str, Rule] = {}


def heard_by(topic: str) -> Callable[[Rule], Rule]:
    """Let the decorated function say of a user, as he is now, whether he may hear a topic."""

    def register(rule: Rule) -> Rule:
        _rules[topic] = rule
        return rule

    return register


def may_hear(user: Any, groups: Collection[str]) -> bool:
    """Say whether no rule forbids a user one of the topics that these groups of the channel layer stand for."""
    return all(rule(user) for topic, rule in _rules.items() if group(topic) in groups)


def ruled_groups() -> list[str]:
    """Return the channel layer's groups of all topics that have a rule: of the windows to be judged again."""
    return [group(topic) for topic in _rules]
