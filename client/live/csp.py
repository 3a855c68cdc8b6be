"""A Content-Security-Policy for every page: what somebody manages to put into one does not run there.

Pages of the client run the scripts that carry the page's nonce, and what those import; a page that has used none runs
no script. Django's admin knows no nonces: it runs the scripts of this host. Nothing inline runs anywhere.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

from telemetry.headers import DIRECTIVES, POLICY

HEADER = POLICY
OF_THIS_HOST = ("admin",)  # names of apps in urls.py


class Nonce:
    """A nonce that is made when a template first shows it."""

    def __init__(self) -> None:
        self._text = ""

    def __str__(self) -> str:
        self._text = self._text or get_random_string(22)
        return self._text

    @property
    def is_used(self) -> bool:
        """Say whether some script carries it."""
        return bool(self._text)


def content_security_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Set the header, unless the view has set its own; `request.csp_nonce` is for scripts in templates."""

    def middleware(request: HttpRequest) -> HttpResponse:
        nonce = Nonce()
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = get_response(request)
        if not (settings.DEBUG and response.status_code in {404, 500}):  # Django's own, with a style inside
            response.headers.setdefault(
                HEADER, "; ".join([*DIRECTIVES, "connect-src 'self'", f"script-src {_scripts(request, nonce)}"])
            )
        return response

    return middleware


def _scripts(request: HttpRequest, nonce: Nonce) -> str:
    found = request.resolver_match
    if found and found.app_name in OF_THIS_HOST:
        return "'self'"
    return f"'nonce-{nonce}'" if nonce.is_used else "'none'"
