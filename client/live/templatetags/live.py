"""`{% live_window %}`: the attribute from which `live.js` knows where to connect."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.utils.html import format_html

from client.live import keys

register = template.Library()


@register.simple_tag(takes_context=True)
def live_window(context: dict[str, Any]) -> str:
    """Return `data-live="<address of the socket>"`, or nothing on a page whose view has set no topics."""
    request = context["request"]
    if not request.has_websocket_topics:
        return ""
    key = keys.issue(window=request.window_key, user_pk=request.user.pk, session_key=request.session.session_key)
    return format_html('data-live="{}?{}"', settings.WEBSOCKET_URL, urlencode({"window": key}))
