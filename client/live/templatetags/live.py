"""`{% live_window %}`: the attribute from which `live.js` knows where to connect."""

from typing import Any

from django import template
from django.utils.html import format_html

from client.live.pages import window_address

register = template.Library()


@register.simple_tag(takes_context=True)
def live_window(context: dict[str, Any]) -> str:
    """Return `data-live="<address of the socket>"`, or nothing on a page whose view has set no topics."""
    request = context["request"]
    return format_html('data-live="{}"', window_address(request)) if request.has_websocket_topics else ""
