"""A window for each page load, known by the key that the page carries and not by a cookie."""

from contextlib import suppress

from df_websockets.middleware import WebsocketMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import get_random_string

from client.live.outage import OUTAGES
from client.live.revoke import reload_windows, session_groups


class WindowMiddleware(WebsocketMiddleware):  # type: ignore[misc]
    """Stand in for df_websockets' middleware, so that views may call `set_websocket_topics`.

    That one takes the window's name from a header or a cookie that the browser may set, and keeps it in a cookie
    shared by all tabs and all projects of a host. Here the browser has no say in it.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Give the page that will be the answer a window of its own."""
        request.window_key = get_random_string(32)  # type: ignore[attr-defined]
        request.has_websocket_topics = False  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Keep live pages out of caches: their state and their key are of this moment.

        If the session was given another key, other pages of it learn that only by being loaded again; a sign-out that
        comes later would not find their windows.
        """
        if former := getattr(getattr(request, "session", None), "former_key", None):
            with suppress(*OUTAGES):  # then they connect again by themselves, and are told
                reload_windows(session_groups(former))
        if getattr(request, "has_websocket_topics", False):
            add_never_cache_headers(response)
        return response
