"""A Content-Security-Policy for master's pages: its admin runs the scripts of this host, and none inside a page."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from telemetry.headers import DIRECTIVES, POLICY

NOTICES_PORT = 8003  # where pages find the server of notices unless NOTICES_URL says


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Set the header, unless the view has set its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not (settings.DEBUG and response.status_code in {404, 500}):  # Django's own, with a style inside
            connect = f"connect-src 'self' {_notices(request)}".rstrip()
            response.headers.setdefault(POLICY, "; ".join([*DIRECTIVES, connect, "script-src 'self'"]))
        return response

    return middleware


def _notices(request: HttpRequest) -> str:
    """Return the origin of the server of notices; nothing for a host that is none of ours."""
    if settings.NOTICES_URL:
        address = urlsplit(settings.NOTICES_URL)
        return f"{address.scheme}://{address.netloc}"
    try:
        host, _ = split_domain_port(request.get_host())
    except DisallowedHost:
        return ""
    return f"{'wss' if request.is_secure() else 'ws'}://{host}:{NOTICES_PORT}"
