"""From which pages sockets may come: browsers send cookies with a socket that any page of any site opens."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.request import validate_host

LOCAL = ["localhost", ".localhost", "127.0.0.1", "[::1]"]  # as Django has it while DEBUG is on and nothing is set


def is_from_here(headers: Mapping[str, str]) -> bool:
    """Say whether a handshake is for a host of ours, and from a page of one; a browser always says from which."""
    request = HttpRequest()
    request.META = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    try:
        request.get_host()
        origin = urlsplit(headers.get("origin", "")).hostname or ""
    except (DisallowedHost, KeyError, ValueError):  # KeyError: no host at all
        return False
    allowed = settings.ALLOWED_HOSTS or (LOCAL if settings.DEBUG else [])
    return bool(origin) and validate_host(f"[{origin}]" if ":" in origin else origin, allowed)
