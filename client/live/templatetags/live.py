"""`{% live_head %}`: all that makes a page live."""

from typing import Any

from django import template
from django.http import HttpRequest

from client.live.pages import window_address

register = template.Library()

# What every page's script imports, so that browsers need not read one to learn of the next.
MODULES = (
    *("page", "badge", "initial", "live", "part", "reload", "rows", "standing", "whole"),
    *("backoff", "closing", "deliveries", "held", "line", "asking", "numbers", "book"),
)


class NotLiveError(Exception):
    """A page asks for what makes it live, but its view has not said what it listens to."""


@register.inclusion_tag("live/head.html", takes_context=True)
def live_head(context: dict[str, Any], module: str) -> dict[str, Any]:
    """Bring the scripts, the state, the window's key and the badge; `module` is the page's own script.

    The state is what the view calls `state`; a page without one makes its parts with a `state` of their own. Raises
    NotLiveError without topics.
    """
    request: HttpRequest = context["request"]
    if not getattr(request, "has_websocket_topics", False):
        raise NotLiveError("Call set_websocket_topics(request, …) in the view, before it renders the page.")
    return {
        "request": request,
        "module": module,
        "modules": [f"js/{name}.js" for name in MODULES],
        "state": context.get("state"),
        "window": window_address(request),
    }
