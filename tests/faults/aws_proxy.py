"""An HTTP proxy before the AWS emulator that can answer as SNS and SQS do when they do not want to."""

import http.client
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from stack.ports import LOOPBACK
from tests.faults import aws_answers
from tests.faults.aws_answers import Reply

Mode = Literal["pass", "refuse", "some", "throttle", "hang"]
AWAY = ("refuse", "throttle")
UPSTREAM_SECONDS = 30.0  # above a long poll
HOP = {"connection", "transfer-encoding", "content-length", "host", "keep-alive"}


class AwsProxy:
    """Takes requests for the emulator on `port`.

    `refuse` answers that the service is not available, `throttle` that the rate is exceeded, `some` takes only a part
    of the entries of a PublishBatch, and `hang` answers nothing, not even what the emulator has said.
    """

    def __init__(self, target: int, *, seed: int = 0) -> None:
        self.target = target
        self.mode: Mode = "pass"
        self.changed = threading.Condition()
        self.refused_entries = 0
        self.answered: dict[str, int] = {}  # calls that were not passed on, by mode
        self.random = random.Random(seed)
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, name="aws proxy", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.server_address[1])

    @property
    def is_away(self) -> bool:
        """Whether no call is passed on."""
        return self.mode in AWAY

    def set(self, mode: Mode) -> None:
        """Behave so from now on."""
        with self.changed:
            self.mode = mode
            self.changed.notify_all()

    @contextmanager
    def behaving(self, mode: Mode) -> Iterator[None]:
        """Behave so in the block."""
        self.set(mode)
        try:
            yield
        finally:
            self.set("pass")

    def wait_out_hang(self) -> bool:
        """Return whether the mode was `hang`, and only once it is not."""
        with self.changed:
            hung = self.mode == "hang"
            if hung:
                self._count("hang")
            self.changed.wait_for(lambda: self.mode != "hang")
            return hung

    def own_answer(self, *, is_json: bool) -> Reply | None:
        """Return what is answered in the emulator's stead, if anything."""
        mode = self.mode
        if mode not in AWAY:
            return None
        with self.changed:
            self._count(mode)
        return aws_answers.refusal(mode, is_json=is_json)

    def _count(self, mode: str) -> None:
        self.answered[mode] = self.answered.get(mode, 0) + 1

    def close(self) -> None:
        """Answer nobody any more."""
        self.set("pass")
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, proxy: AwsProxy) -> None:
        self.proxy = proxy
        super().__init__((LOOPBACK, 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        proxy = self.server.proxy
        if proxy.wait_out_hang():
            self.close_connection = True
            return
        if own := proxy.own_answer(is_json="X-Amz-Target" in self.headers):
            self._answer(own)
            return
        reply = self._passed_on(body)
        if proxy.wait_out_hang() or proxy.is_away:  # the emulator did it, and its client never hears of it
            self.close_connection = True
            return
        self._answer(reply)

    def _passed_on(self, body: bytes) -> Reply:
        proxy = self.server.proxy
        if proxy.mode == "some" and aws_answers.is_publish_batch(body):
            kept, refused = aws_answers.split_batch(body, proxy.random)
            proxy.refused_entries += len(refused)
            return aws_answers.with_failed(self._forward(kept) if kept else aws_answers.empty_batch(), refused)
        return self._forward(body)

    def _forward(self, body: bytes) -> Reply:
        upstream = http.client.HTTPConnection(LOOPBACK, self.server.proxy.target, timeout=UPSTREAM_SECONDS)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        try:
            upstream.request("POST", self.path, body, headers)
            answer = upstream.getresponse()
            return Reply(status=answer.status, headers=dict(answer.getheaders()), body=answer.read())
        except (OSError, http.client.HTTPException):
            return aws_answers.NONE
        finally:
            upstream.close()

    def _answer(self, reply: Reply) -> None:
        if reply is aws_answers.NONE:  # the emulator is gone: so is the connection to it
            self.close_connection = True
            return
        with suppress(OSError):
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""
