"""The page of the profile, its file and its picture."""

from contextlib import suppress
from typing import Any

from df_websockets.tasks import SERVER, WINDOW, set_websocket_topics, trigger
from df_websockets.templatetags.websockets import JSCall
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from client.live import keys
from client.live.outage import OUTAGES
from client.profile.files import UnreadableError, read, written
from client.profile.forms import ContactForm, NotesForm
from client.profile.models import Colour, Picture, Profile
from client.profile.saving import save
from client.profile.state import picture_state, profile_state


@require_safe
@never_cache
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show what the user says of himself, live."""
    user: Any = request.user
    shown, picture = profile_state(user), picture_state(user)
    set_websocket_topics(request, shown["topic"], picture["topic"])
    context = {
        "state": {"profile": shown, "picture": picture},
        "contact": ContactForm(initial=shown),
        "notes": NotesForm(initial=shown),
        "colours": Colour.choices,
        # Two calls of one element; a template tag alone can only say one.
        "saving": JSCall("profile.save", on="submit", form="form"),
        "discarding": JSCall("profile.discard", on="reset"),
    }
    return render(request, "profile/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def file(request: HttpRequest) -> HttpResponse:
    """Hand out the profile as a file, or take one over.

    A file cannot come over the socket, so this is a view; what it has done it tells to the workers and to the window
    that has sent the file, by one call. The page that sends names its window by the key that it was loaded with.
    """
    if request.method != "POST":
        return _download(request)
    try:
        values = read(request.FILES.get("file"))
    except UnreadableError as error:
        return JsonResponse({"error": str(error)}, status=400)
    user: Any = request.user
    fields = save(user.pk, values, how="file")
    request.window_key = _window_of(request)  # type: ignore[attr-defined]
    with suppress(*OUTAGES):  # it is saved; pages ask for their state when Redis is back
        trigger(request, "profile.saved", to=[SERVER, WINDOW], user_pk=user.pk, fields=fields, how="file")
    return JsonResponse({"fields": fields})


@require_safe
@never_cache
@login_required
def picture(request: HttpRequest) -> HttpResponse:
    """Answer the user's own picture."""
    png = Picture.objects.filter(pk=request.user.pk).values_list("png", flat=True).first()
    if png is None:
        raise Http404
    return HttpResponse(bytes(png), content_type="image/png")


def _download(request: HttpRequest) -> HttpResponse:
    held = Profile.objects.filter(pk=request.user.pk).first() or Profile()
    disposition = 'attachment; filename="profile.json"'
    return HttpResponse(written(held), content_type="application/json", headers={"Content-Disposition": disposition})


def _window_of(request: HttpRequest) -> str:
    """Return the window that a form names, if it is the user's in this session; else one that nobody has open."""
    try:
        key = keys.read(request.POST.get("window", ""))
    except (keys.KeyRefusedError, keys.KeyExpiredError):
        key = None
    if key and key.belongs_to(request.user.pk, request.session.session_key):
        return key.window
    return str(request.window_key)  # type: ignore[attr-defined]
