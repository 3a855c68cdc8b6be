"""Asking a web server of ours how it is."""

import http.client
from urllib.parse import urlsplit

SECONDS = 2.0


def http_status(url: str) -> int | None:
    """Return the status of a GET, or None when there is no answer in time."""
    parts = urlsplit(url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(parts.netloc, timeout=SECONDS)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
