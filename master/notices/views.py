"""What a page of the admin asks for."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import split_domain_port
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from sesame.utils import get_token

PORT = 8003


@never_cache
@require_GET
def token(request: HttpRequest) -> HttpResponse:
    """Give a signed-in member of the staff a token for the server of notices, and its address; 403 to all others.

    The token is good for SESAME_MAX_AGE seconds, and for that server only: master takes none as a sign-in.
    """
    user = request.user
    if not (user.is_active and user.is_staff):
        return JsonResponse({"error": gettext("Sign in as a member of the staff.")}, status=403)
    return JsonResponse({"token": get_token(user), "address": settings.NOTICES_URL or _beside(request)})


def _beside(request: HttpRequest) -> str:
    """Return the address of a server on the host that the page came from."""
    host, _ = split_domain_port(request.get_host())
    return f"{'wss' if request.is_secure() else 'ws'}://{host}:{PORT}/"
