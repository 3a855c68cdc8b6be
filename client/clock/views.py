"""The page of the clock, and the same as JSON."""

from df_websockets.tasks import set_websocket_topics
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from client.clock.reading import reading
from client.clock.state import TOPIC, clock_state


@require_safe
@never_cache
@login_required
def clock(request: HttpRequest) -> HttpResponse:
    """Show the server's time, live."""
    set_websocket_topics(request, TOPIC)
    state = clock_state()
    return render(request, "clock/clock.html", {"state": state, "reading": reading(state)})


@require_safe
@never_cache
def now(request: HttpRequest) -> HttpResponse:
    """Answer the last tick as JSON, to whoever is signed in.

    Others are sent to sign in, as from any page; a program that takes no HTML gets 401.
    """
    if not request.user.is_authenticated and not request.accepts("text/html"):
        return JsonResponse({"error": _("Sign in first.")}, status=401)
    return _now(request)


@login_required
def _now(request: HttpRequest) -> HttpResponse:
    return JsonResponse(clock_state())
