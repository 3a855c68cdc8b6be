"""From which pages sockets may come: browsers send cookies with a socket that any page of any site opens."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.http import is_same_domain

DEFAULT_PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int | None]  # scheme, host and port


def is_from_here(headers: Mapping[str, str], *, scheme: str) -> bool:
    """Say whether a handshake is for a host of ours, and from a page of the same scheme, host and port.

    A browser always says from which. `scheme` is that of the handshake's address, `ws` or `wss`. As for Django's forms,
    pages of the origins in CSRF_TRUSTED_ORIGINS count as ours too.
    """
    request = HttpRequest()
    request.META = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    try:
        own = f"{'https' if scheme == 'wss' or request.is_secure() else 'http'}://{request.get_host()}"
        origin = _read(headers.get("origin", ""))
        return origin == _read(own) or any(_is_one_of(origin, trusted) for trusted in settings.CSRF_TRUSTED_ORIGINS)
    except (DisallowedHost, KeyError, ValueError):  # KeyError: no host at all
        return False


def _read(origin: str) -> Origin:
    """Return what an origin consists of; raise ValueError for what is none."""
    parts = urlsplit(origin)
    if not parts.scheme or not parts.hostname:
        raise ValueError(origin)
    return parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme)


def _is_one_of(origin: Origin, trusted: str) -> bool:
    """Say whether an origin is a trusted one, such as `https://a.example.org` or `https://*.example.org`."""
    scheme, host, port = _read(trusted.replace("://*.", "://."))
    return (origin[0], origin[2]) == (scheme, port) and is_same_domain(origin[1], host)
