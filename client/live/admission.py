"""Who is let in: a window that shows the right key, within the limits, to topics that its user may hear now."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from django.conf import settings
from django.http import HttpRequest, parse_cookie
from django.utils.translation import get_language_from_request

from client.live import keys
from client.live.frames import FORBIDDEN, REFRESH, SIGNED_OUT, TOO_MANY, TRY_AGAIN
from client.live.handing import Caller
from client.live.judging import Claim, Judgement
from client.live.outage import Scope
from client.live.revoke import session_group, user_group
from client.live.topics import user_key

if TYPE_CHECKING:
    from client.live.window import Window

LONGEST_AGENT: Final = 512  # characters


@dataclass(frozen=True, kw_only=True)
class Handshake:
    """What a browser asks for when it opens a socket."""

    scheme: str  # ws or wss
    path: str
    token: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]

    @classmethod
    def read(cls, scope: Scope) -> "Handshake":
        """Read it from ASGI's scope."""
        headers = {name.decode("latin1").lower(): value.decode("latin1") for name, value in scope["headers"]}
        return cls(
            scheme=scope.get("scheme", "ws"),
            path=scope["path"],
            token=parse_qs(scope["query_string"].decode("latin1")).get("window", [""])[0],
            headers=headers,
            cookies=parse_cookie(headers.get("cookie", "")),
        )

    @property
    def is_for_windows(self) -> bool:
        """Whether it is for the address of windows."""
        return self.path == settings.WEBSOCKET_URL

    @property
    def language(self) -> str:
        """The language that the browser wants."""
        request = HttpRequest()
        request.META["HTTP_ACCEPT_LANGUAGE"] = self.headers.get("accept-language", "")
        name = settings.LANGUAGE_COOKIE_NAME
        request.COOKIES = {name: self.cookies[name]} if name in self.cookies else {}
        return get_language_from_request(request)


async def admit(window: "Window", handshake: Handshake) -> int | None:
    """Let a window join its topics; return the code to close with when it may not."""
    session_key = handshake.cookies.get(settings.SESSION_COOKIE_NAME, "")
    try:
        key = keys.read(handshake.token)
    except keys.KeyExpiredError:
        return REFRESH
    except keys.KeyRefusedError:
        return SIGNED_OUT
    if not session_key:
        return SIGNED_OUT
    if not key.belongs_to(key.user, session_key):
        # Django gives a session that a former SECRET_KEY signed a new key: then its user is signed in still.
        return REFRESH if keys.is_of_former_secret(handshake.token) else SIGNED_OUT
    topics = await window.hub.topics_of.ask(key.window)
    window.claim = Claim(user_pk=key.user, session_key=session_key, window_key=key.window, topics=topics)
    window.caller = Caller(
        window_key=key.window,
        user_pk=key.user,
        user_agent=sys.intern(handshake.headers.get("user-agent", "")[:LONGEST_AGENT]),
        language_code=handshake.language,
    )
    return refused_by_count(window) or await join(window)


def refused_by_count(window: "Window") -> int | None:
    """Return the code to close with when there is nothing to hear, or too much of something."""
    if not window.claim.topics:  # Redis has lost them
        return REFRESH
    if len(window.claim.topics) > settings.LIVE_TOPICS_A_WINDOW:
        return FORBIDDEN
    return TRY_AGAIN if window.hub.is_full else None


async def join(window: "Window") -> int | None:
    """Let a window join its topics, and then judge it; return the code to close with when it may not stay."""
    hub = window.hub
    await hub.start()
    hub.name(window, session_group(window.claim.session_key))
    await hub.join(window, window.claim.topics)
    # Only now: whoever is signed out, or loses a permission, from here on finds this window in its groups.
    judgement = await judged(window)
    if judgement.code is not None:
        return judgement.code
    hub.users.put(window.claim.user_pk, judgement.user, hub.loop.time())
    of_user = user_group(user_key(judgement.user))
    if len(hub.groups.get(of_user, ())) >= settings.LIVE_WINDOWS_A_USER:
        return TOO_MANY
    hub.name(window, of_user)
    return None


async def judged(window: "Window") -> Judgement:
    """Judge a window whose user is not known yet, so that no call to close his windows would find it."""
    while True:
        revocations = window.hub.revocations
        judgement = await window.hub.judgements.ask(window.claim)
        if judgement.code is not None or revocations == window.hub.revocations:
            return judgement
