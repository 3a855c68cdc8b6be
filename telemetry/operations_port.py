"""A small HTTP port for a process that is no web: `/healthz`, `/readyz` and `/metrics`, in threads of its own.

OPERATIONS_PORT opens it, on loopback unless OPERATIONS_HOST says otherwise. It serves machines on the network of the
processes, and is not for the world: it speaks no TLS.
"""

import ipaddress
import json
import logging
import os
import threading
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET6

from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST

from telemetry.health import Probe, Readiness
from telemetry.heartbeat import standing_still
from telemetry.metrics import exposition, refusal

logger = logging.getLogger(__name__)

ASKING_SECONDS = 5.0  # for whoever asks to have asked
Headers = Mapping[str, str]
Answer = tuple[HTTPStatus, Headers, bytes]
TYPE = "Content-Type"
JSON: Headers = {TYPE: "application/json"}


class PortRefused(SystemExit):
    """The port cannot be opened: the process ends with this sentence and exit code 1."""


class Operations:
    """What a process answers."""

    def __init__(self, probes: Mapping[str, Probe], *, measures: bool) -> None:
        self._readiness = Readiness(probes)
        self._measures = measures

    def answer(self, path: str, authorization: str, address: str) -> Answer:
        """Return status, headers and text of an answer to who asks from an address."""
        match path.partition("?")[0]:
            case "/healthz":
                return self._healthz()
            case "/readyz":
                return self._readyz()
            case "/metrics":
                return self._metrics(authorization, address)
        return HTTPStatus.NOT_FOUND, JSON, b"{}"

    def _healthz(self) -> Answer:
        still = {name: round(seconds, 1) for name, seconds in standing_still().items()}
        if still:
            return HTTPStatus.SERVICE_UNAVAILABLE, JSON, _json({"status": "stands still", "seconds": still})
        return HTTPStatus.OK, JSON, _json({"status": "alive"})

    def _readyz(self) -> Answer:
        ready, outcomes = self._readiness.outcomes()
        return HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE, JSON, _json(outcomes)

    def _metrics(self, authorization: str, address: str) -> Answer:
        if not is_loopback(settings.OPERATIONS_HOST):
            if not settings.METRICS_TOKENS:
                return (
                    HTTPStatus.NOT_FOUND,
                    JSON,
                    _json({"error": "Set METRICS_TOKEN, or OPERATIONS_HOST to 127.0.0.1."}),
                )
            if refused := refusal(authorization, address):
                status, headers = refused
                return status, {**JSON, **headers}, _json({"error": _REFUSED[status]})
        return HTTPStatus.OK, {TYPE: CONTENT_TYPE_LATEST}, exposition(measured=self._measures)


_REFUSED = {
    HTTPStatus.UNAUTHORIZED: "Send the header `Authorization: Bearer …` with one of METRICS_TOKEN.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many wrong tokens came from this address. Ask again later, with the right one.",
}


class OperationsPort:
    """An open port, until it is closed or the process ends."""

    def __init__(self, host: str, port: int, operations: Operations) -> None:
        self._server = _Server((host, port), partial(_Handler, operations), family=AF_INET6 if ":" in host else None)
        self.port: int = self._server.server_address[1]
        # a pool's process that is forked later does not hold the port open after us
        os.register_at_fork(after_in_child=self._server.socket.close)
        threading.Thread(target=self._server.serve_forever, name="operations port", daemon=True).start()

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()


def open_operations_port(probes: Mapping[str, Probe], *, measures: bool = False) -> OperationsPort | None:
    """Open the port that OPERATIONS_PORT names, if it does.

    `probes`: what the process needs to be ready. `measures`: whether its `/metrics` also shows what is measured on
    request, such as the length of a table; one process of a kind is enough for that. Raises PortRefused.
    """
    host, port = settings.OPERATIONS_HOST, settings.OPERATIONS_PORT
    if not port:
        return None
    try:
        return OperationsPort(host, port, Operations(probes, measures=measures))
    except OSError as error:
        raise PortRefused(
            f"OPERATIONS_PORT {port} cannot be opened on {host}: {error.strerror}. Set another for each process."
        ) from error


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: "partial[_Handler]", *, family: int | None) -> None:
        self.address_family = family or self.address_family
        super().__init__(address, handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Do nothing: whoever asked is gone."""


class _Handler(BaseHTTPRequestHandler):
    timeout = ASKING_SECONDS

    def __init__(self, operations: Operations, *arguments: object) -> None:
        self._operations = operations
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        authorization, address = self.headers.get("Authorization", ""), str(self.client_address[0])
        try:
            status, headers, body = self._operations.answer(self.path, authorization, address)
        except Exception:
            logger.exception("answer failed", extra={"url.path": self.path.partition("?")[0]})
            status, headers, body = HTTPStatus.INTERNAL_SERVER_ERROR, JSON, b"{}"
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def version_string(self) -> str:
        return "operations"

    def log_message(self, *arguments: object) -> None:
        """Log nothing: somebody asks every few seconds."""


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
