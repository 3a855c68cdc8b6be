"""The page of the overview."""

from df_websockets.tasks import set_websocket_topics
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from client.live.topics import REPLICATION
from client.overview.access import may_look
from client.overview.state import replication_state


@require_safe
@login_required
def replication(request: HttpRequest) -> HttpResponse:
    """Show staff how replication is doing, live."""
    if not may_look(request.user):
        return render(request, "overview/not_staff.html", status=403)
    set_websocket_topics(request, REPLICATION)
    return render(request, "overview/replication.html", {"state": replication_state()})
