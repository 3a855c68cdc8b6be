"""The window of a page load."""

from df_websockets.tasks import set_websocket_topics
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from client.live.middleware import WindowMiddleware


def load(topics: list[str], **headers: str) -> tuple[HttpRequest, HttpResponse]:
    request = RequestFactory().get("/", headers=headers)
    request.COOKIES = {"dfwskey": "chosen", "dfwsurl": "ws://evil.example/"}

    def view(request: HttpRequest) -> HttpResponse:
        if topics:
            set_websocket_topics(request, *topics)
        return HttpResponse()

    return request, WindowMiddleware(view)(request)


def test_each_page_load_is_a_window_of_its_own_whatever_the_browser_says() -> None:
    keys = [load(["a"], x_requested_with="XMLHttpRequest", dfwskey="chosen")[0].window_key for _ in range(2)]
    assert len({*keys, "chosen"}) == 3


def test_no_cookie_is_set() -> None:
    assert not load(["a"])[1].cookies


def test_a_live_page_is_kept_out_of_caches() -> None:
    assert "no-store" in load(["a"])[1].headers["Cache-Control"]
    assert "Cache-Control" not in load([])[1].headers
