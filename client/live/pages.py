"""What a page knows of its window: the topics that its view has set, and the address of its socket."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from df_websockets import ws_settings
from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured, PermissionDenied

from client.live import keys
from client.live.hearing import may_hear


def topics_of(window_keys: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the topics of each window, as `set_websocket_topics` has left them in the cache; none if they are lost."""
    names = [f"{ws_settings.WEBSOCKET_CACHE_PREFIX}{key}" for key in window_keys]
    held = caches[ws_settings.WEBSOCKET_CACHE_BACKEND].get_many(names)
    return [tuple(sorted(json.loads(held.get(name, "[]")))) for name in names]


def window_address(request: Any) -> str:
    """Return the address of the socket of the page that is being rendered, with the window's key.

    PermissionDenied is raised when the user may not hear what the view has chosen: such a page gets no key.
    """
    (topics,) = topics_of([request.window_key])
    if len(topics) > settings.LIVE_TOPICS_A_WINDOW:
        raise ImproperlyConfigured(
            f"The page has {len(topics)} topics; LIVE_TOPICS_A_WINDOW allows {settings.LIVE_TOPICS_A_WINDOW}."
        )
    for topic in topics:
        if not may_hear(request.user, request.window_key, topic):
            raise PermissionDenied(f"{request.user} may not hear {topic}: no rule of `heard_by` allows it.")
    key = keys.issue(window=request.window_key, user_pk=request.user.pk, session_key=request.session.session_key)
    return f"{settings.WEBSOCKET_URL}?{urlencode({'window': key})}"
