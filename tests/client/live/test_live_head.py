"""`{% live_head %}` brings what a live page needs."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from df_websockets.tasks import WINDOW, set_websocket_topics
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory

from client.live import keys
from client.live.templatetags.live import MODULES, NotLiveError
from tests.client.live.windows import address_of

SCRIPTS = Path(__file__).resolve().parents[3] / "client/static/js"
IMPORT = re.compile(r'from "\./(\w+)\.js"')
PAGE = Template('{% load live %}<head>{% live_head "js/you.js" %}</head>')


class Session:
    """As much of a session as the key of a window needs."""

    session_key = "a session"


def a_request(*, live: bool = True) -> HttpRequest:
    """Return a request whose view has set what its window listens to, unless it has forgotten that."""
    request: Any = RequestFactory().get("/somewhere/?page=2")
    request.user, request.session, request.csp_nonce = AnonymousUser(), Session(), "the-nonce"
    request.window_key, request.has_websocket_topics = "a-window", False
    if live:
        set_websocket_topics(request, WINDOW)
    return request  # type: ignore[no-any-return]


def rendered(request: HttpRequest, **context: Any) -> str:
    return PAGE.render(Context({"request": request, **context}))


def test_it_brings_the_scripts_with_the_nonce() -> None:
    scripts = re.findall(r"<script ([^>]*)>", rendered(a_request()))
    sources = [source for each in scripts for source in re.findall(r'src="/static/([^"]+)"', each)]
    assert sources == ["js/df_websockets.min.js", "js/you.js"]
    assert all('nonce="the-nonce"' in each for each in scripts)
    assert 'type="module"' in scripts[1]


def test_what_every_page_imports_is_fetched_at_once() -> None:
    found, waiting = {"page"}, ["page"]
    while waiting:
        imported = set(IMPORT.findall((SCRIPTS / f"{waiting.pop()}.js").read_text()))
        waiting += imported - found
        found |= imported
    assert set(MODULES) == found
    preloaded = re.findall(
        r'<link rel="modulepreload" nonce="the-nonce" href="/static/js/(\w+)\.js">', rendered(a_request())
    )
    assert preloaded == list(MODULES)


def test_it_brings_the_address_of_the_window_whose_key_is_good_for_this_session() -> None:
    address = urlsplit(address_of(rendered(a_request()).encode()))
    assert address.path == "/ws/"
    key = keys.read(parse_qs(address.query)["window"][0])
    assert key.window == "a-window"
    assert key.belongs_to(None, "a session")
    assert not key.belongs_to(None, "another")


def test_it_brings_the_state_which_cannot_end_the_script_that_it_stands_in() -> None:
    state = {"topic": "t", "n": 7, "name": "</script><script>alert(1)</script>"}
    page = rendered(a_request(), state=state)
    found = re.search(r'<script id="state" type="application/json">(.*?)</script>', page)
    assert found
    assert json.loads(found[1]) == state
    assert 'id="state"' not in rendered(a_request())


def test_it_brings_words_for_every_state_and_every_refusal() -> None:
    page = rendered(a_request())
    for state in ("connecting", "live", "stale", "waiting", "signed-out", "not-allowed"):
        assert re.search(rf'data-{state}="\w', page), state
    for sentence in ("lost", "oversize", "too_many", "not_allowed", "windows", "malformed"):
        assert re.search(rf'data-{sentence}="\w', page), sentence
    assert 'href="/accounts/login/?next=/somewhere/%3Fpage%3D2"' in page


def test_a_page_whose_view_has_set_no_topics_is_told_so() -> None:
    with pytest.raises(NotLiveError, match="set_websocket_topics"):
        rendered(a_request(live=False))
