"""The feed's sockets, at `/ws/feed/`: windows in another language, which strangers may open too."""

import json
from typing import Any, ClassVar, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from client.feed import counters
from client.feed.actions import FeedActions
from client.feed.apps import FeedConfig
from client.feed.hub import ANONYMOUS_SHARE, Feed, feed
from client.live.admission import Handshake, join
from client.live.calls import CallRefusedError, read_json
from client.live.frames import TOO_BIG, TOO_MANY, TRY_AGAIN, Frame, close_frame, text_frame
from client.live.hub import Hub
from client.live.judging import Claim
from client.live.outage import Receive, Scope, Send
from client.live.outgoing import Outgoing
from client.live.rates import Verdict
from client.live.window import Window, with_windows

PATH: Final = FeedConfig.socket_path


class FeedOutgoing(Outgoing):
    """The way out to one browser. Who does not read is closed, and lists the posts anew when he comes again."""

    __slots__ = ()

    dropped: ClassVar[Frame] = close_frame(TRY_AGAIN)


class FeedSocket(Window):
    """One socket of somebody who is signed in, or of nobody."""

    __slots__ = ("feed", "followed", "language", "opened_by")

    def __init__(self, hub: Hub, send: Send) -> None:
        super().__init__(hub, send)
        self.outgoing = FeedOutgoing(send)
        self.feed: Feed = feed()
        self.followed: set[str] = set()
        self.language = settings.LANGUAGE_CODE
        self.opened_by = ""  # "users" or "anybody", once it counts

    def is_for(self, handshake: Handshake) -> bool:
        """Say whether a handshake is for the feed's address."""
        return handshake.path == PATH

    async def admit(self, handshake: Handshake) -> int | None:
        """Let it in as its session's user, by whose sign-out it will be closed; without a session as nobody."""
        self.language = handshake.language
        session_key = handshake.cookies.get(settings.SESSION_COOKIE_NAME, "")
        pk = await self.feed.users_of.ask(session_key) if session_key else None
        if self.hub.is_full:
            return TRY_AGAIN
        if pk is None:
            most = settings.LIVE_WINDOWS_A_PROCESS * ANONYMOUS_SHARE
            code = TRY_AGAIN if self.hub.strangers >= most else None
        else:
            self.claim = Claim(user_pk=str(pk), session_key=session_key, window_key="", topics=())
            code = await join(self)
        if code is None:
            self._count("anybody" if pk is None else "users")
        return code

    def _count(self, by: str) -> None:
        self.opened_by = by
        self.hub.strangers += by == "anybody"
        counters.sockets.labels(by=by).inc()

    def end(self) -> None:
        """Forget all: the socket is gone."""
        self.feed.following.leave(self)
        if self.opened_by:
            self.hub.strangers -= self.opened_by == "anybody"
            counters.sockets.labels(by=self.opened_by).dec()
            self.opened_by = ""
        super().end()

    @property
    def user_pk(self) -> int | None:
        """Whose it was when it was let in; None if it is a stranger's."""
        return int(self.claim.user_pk) if self.opened_by == "users" else None

    async def user_now(self) -> Any:
        """Return the socket's user as he is now; None, and close it, when he is signed out or was never in."""
        if self.opened_by != "users":
            return None
        judgement = await self.hub.judgements.ask(self.claim)
        if judgement.code is not None:
            self.revoke(judgement.code)
        return judgement.user

    async def follow(self, topic: str) -> None:
        """Hear of the posts of a topic: what is committed once this returns is not missed."""
        if topic not in self.followed and len(self.followed) >= settings.LIVE_TOPICS_A_WINDOW:
            raise ValidationError(_("At most %d things can be followed.") % settings.LIVE_TOPICS_A_WINDOW)
        await self.feed.listening.ready()
        if self.is_open:
            self.feed.following.follow(self, topic)

    def unfollow(self, topic: str) -> None:
        """Hear no more of it."""
        self.feed.following.unfollow(self, topic)

    async def hear(self, text: str | None) -> None:
        """Carry out a request, and reply."""
        verdict = self.take_one()
        request = self._read(text)
        with translation.override(self.language):
            if verdict is not Verdict.TAKE:
                self._refuse(429, _("That was too much in a short time. Wait a moment, then do it again."), request)
                if verdict is Verdict.CLOSE:
                    self.close(TOO_MANY)
            elif isinstance(request, dict):
                await FeedActions(self).receive_json(request)
            else:
                self._refuse(400, _("A request is a JSON object."))

    def _read(self, text: str | None) -> Any:
        """Return what a frame says, None if it is none that can be read; close for one that is too big."""
        try:
            return read_json(text)
        except CallRefusedError as error:
            if str(error) == "oversize":
                self.close(TOO_BIG)
            return None

    def _refuse(self, status: int, sentence: str, request: Any = None) -> None:
        """Reply to what is not carried out, so that whoever asked finds his question."""
        counters.requests.labels(action="", status=status).inc()
        asked = request if isinstance(request, dict) else {}
        named = {"action": asked.get("action"), "request_id": asked.get("request_id")}
        reply = {"errors": [sentence], "data": None, "response_status": status, **named}
        self.outgoing.put(text_frame(json.dumps(reply)))


async def _nothing_else(scope: Scope, receive: Receive, send: Send) -> None:
    raise ValueError(scope["type"])


application = with_windows(_nothing_else, FeedSocket)
