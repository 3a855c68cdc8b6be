"""One window's socket, from the browser's side."""

import logging
from typing import Any, Final
from urllib.parse import parse_qs

from asgiref.sync import async_to_sync
from df_websockets import tasks
from df_websockets.consumers import HEARTBEAT_MESSAGE, DFConsumer, get_websocket_topics
from df_websockets.decorators import REGISTERED_SIGNALS, server_side
from df_websockets.window_info import WindowInfo
from django.conf import settings
from django.contrib.auth import get_user_model
from kombu.exceptions import OperationalError

from client.live import counters, keys
from client.live.calls import Call, CallRefusedError, read_call
from client.live.hearing import may_hear
from client.live.outage import OUTAGES, TRY_AGAIN
from client.live.permissions import refused
from client.live.revoke import session_group, user_group
from client.live.topics import user_key

logger = logging.getLogger(__name__)

SIGNED_OUT: Final = 4401
REFRESH: Final = 4408  # the page must be loaded again
CALL_SECONDS: Final = 10  # as long as a page waits for an answer; a worker drops a call that waited longer


class WindowConsumer(DFConsumer):  # type: ignore[misc]
    """df_websockets' consumer for windows that show the right key, and nobody else."""

    open = False

    def connect(self) -> None:
        """Let the window in, or accept and close: to a browser a refusal before that is a 1006 without a reason."""
        code = self.admit()
        self.accept()
        if code is None:
            self.open = True
            counters.windows_opened.inc()
        else:
            counters.windows_refused.labels(code=code).inc()
            logger.info("window refused", extra={"code": code, "user_pk": self.scope["user"].pk})
            self.close(code)

    def admit(self) -> int | None:
        """Join the window's topics if its key is good; return the close code if it is not."""
        token = parse_qs(self.scope["query_string"].decode("latin1")).get("window", [""])[0]
        session_key = self.scope["session"].session_key
        try:
            key = keys.read(token)
        except keys.KeyExpiredError:
            return REFRESH
        except keys.KeyRefusedError:
            return SIGNED_OUT
        if not key.belongs_to(self.scope["user"].pk, session_key):
            return SIGNED_OUT
        request = self.window_request(key)
        topics = get_websocket_topics(request)
        if not topics:  # Redis has lost them
            return REFRESH
        self.window_info = WindowInfo.from_request(request)
        self.join([*topics, user_group(user_key(self.scope["user"])), session_group(session_key)])
        # Only now: whoever is signed out, or loses a permission, from here on finds this window in its groups.
        return self.judge()

    def window_request(self, key: keys.WindowKey) -> Any:
        """Return the request that df_websockets makes a window's context of, without cookies that are none of it."""
        request = self.build_http_request()
        request.COOKIES = {
            name: value for name, value in request.COOKIES.items() if name == settings.LANGUAGE_COOKIE_NAME
        }
        request.user, request.session, request.window_key = self.scope["user"], self.scope["session"], key.window
        return request

    def join(self, groups: list[str]) -> None:
        """Subscribe the socket; `disconnect` leaves what stands in `topics`."""
        self.topics = groups
        for group in groups:
            async_to_sync(self.channel_layer.group_add)(group, self.channel_name)

    def judge(self) -> int | None:
        """Return the code to close with, as the database has user, session and permissions now; None to stay."""
        user = get_user_model().objects.filter(pk=self.scope["user"].pk, is_active=True).first()
        session = self.scope["session"]
        if user is None or not session.exists(session.session_key):
            return SIGNED_OUT
        return None if may_hear(user, self.topics) else REFRESH

    def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Hand a call to a worker; ignore, log and count what is not one."""
        if not self.open:
            return
        if text_data == HEARTBEAT_MESSAGE:
            self.send(text_data=text_data)
            return
        call: Call | None = None
        try:
            call = read_call(text_data)
            check_callable(call.signal)
        except CallRefusedError as reason:
            refused(call.signal[:100] if call else "", str(reason), user_pk=self.window_info.user_pk)
        else:
            self.hand_over(call)

    def hand_over(self, call: Call) -> None:
        """Make a Celery task of a call; without a broker let the browser connect, and ask, again."""
        try:
            # The public `trigger` would call it from the server, past `is_allowed_to`.
            tasks._trigger_signal(
                self.window_info,
                call.signal,
                to=[tasks.SERVER],
                kwargs=call.opts,
                expires=CALL_SECONDS,
                from_client=True,
            )
        except (OperationalError, *OUTAGES):
            logger.exception("call not handed over", extra={"signal": call.signal})
            self.open = False
            self.close(TRY_AGAIN)

    def ws_message(self, event: dict[str, Any]) -> None:
        """Pass a push on, unless the window was closed meanwhile."""
        if self.open:
            super().ws_message(event)

    def window_revoked(self, event: dict[str, Any]) -> None:
        """Close, for the user has been signed out."""
        self.revoke(SIGNED_OUT)

    def window_judged(self, event: dict[str, Any]) -> None:
        """Close if the user may no longer hear what he hears: the page loads itself again, with what he may."""
        if self.open and (code := self.judge()) is not None:
            self.revoke(code)

    def revoke(self, code: int) -> None:
        """Close an open window, and pass nothing on from here."""
        if self.open:
            self.open = False
            counters.windows_revoked.inc()
            self.close(code)


def check_callable(signal: str) -> None:
    """Raise CallRefusedError for a signal that does not exist or that no browser may call."""
    tasks.import_signals_and_functions()
    connections = REGISTERED_SIGNALS.get(signal, [])
    if not connections:
        raise CallRefusedError("unknown")
    if all(connection.is_allowed_to is server_side for connection in connections):
        raise CallRefusedError("not_allowed")
