"""`python -m telemetry.alive [--ready] [PORT]`: exit with 0 if the process says that it is well, else with 1.

The health check of every process, in the process's own container: it asks `/healthz`, or `/readyz`, of the port given,
else of OPERATIONS_PORT. It imports next to nothing, since it runs every few seconds.
"""

import os
import socket
import sys

SECONDS = 5.0  # in which the answer must be there
ANY = {"", "0.0.0.0", "::"}  # noqa: S104 - where others listen: then they listen on loopback, too


def main(arguments: list[str]) -> int:
    """Return the exit code; say what is wrong on standard error."""
    path = "/readyz" if "--ready" in arguments else "/healthz"
    ports = [word for word in arguments if word != "--ready"] or [os.environ.get("OPERATIONS_PORT", "")]
    if len(ports) > 1 or not ports[0].isdecimal():
        return _bad("Name the port to ask, as an argument or by OPERATIONS_PORT: python -m telemetry.alive 8001")
    host = os.environ.get("OPERATIONS_HOST", "")
    try:
        answer = _ask("127.0.0.1" if host in ANY else host, int(ports[0]), path)
    except OSError as error:
        return _bad(f"nobody answers on port {ports[0]}: {error}")
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1:2]
    return 0 if status == [b"200"] else _bad(body.decode(errors="replace")[:500] or "that is no answer")


def _ask(host: str, port: int, path: str) -> bytes:
    with socket.create_connection((host, port), timeout=SECONDS) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


def _bad(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
