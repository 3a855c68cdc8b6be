"""The pages of users."""

from typing import cast

from df_websockets.tasks import set_websocket_topics
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from sesame.views import LoginView as SesameLoginView

from client.users.directory import MAX_PAGE, MAX_SEARCH, DirectoryPage, may_see_email
from client.users.forms import StatusForm
from client.users.models import User
from client.users.you import you_state


@require_safe
@login_required
def you(request: HttpRequest) -> HttpResponse:
    """Show the signed-in user, live."""
    user = cast("User", request.user)
    state = you_state(user)
    set_websocket_topics(request, state["topic"])
    row = state["rows"][0]
    form = StatusForm(initial={"status": row["user"]["status"]})
    return render(request, "users/you.html", {"state": state, "row": row, "form": form})


@require_safe
@login_required
def directory(request: HttpRequest) -> HttpResponse:
    """Show a page of all users, live."""
    asked = DirectoryPage(
        search=request.GET.get("search", "").replace("\0", "")[:MAX_SEARCH].strip(),
        page=page_number(request.GET.get("page", "")),
        with_email=may_see_email(cast("User", request.user)),
    )
    set_websocket_topics(request, asked.topic)
    return render(request, "users/directory.html", {"asked": asked, "state": asked.state()})


def page_number(text: str) -> int:
    """Return the page that an address asks for, the first when it makes no sense."""
    return min(max(int(text), 1), MAX_PAGE) if text.isascii() and text.isdecimal() and len(text) < 10 else 1


class SignInView(LoginView):
    """Sign in by password."""

    template_name = "users/sign_in.html"
    redirect_authenticated_user = True


class LinkView(SesameLoginView):  # type: ignore[misc]
    """Sign in by the link that `login_link` prints."""

    def login_failed(self) -> HttpResponse:
        """Say what to do instead."""
        return render(self.request, "users/link_refused.html", status=403)
