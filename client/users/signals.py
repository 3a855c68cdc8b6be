"""The signals that pages of users call."""

from typing import TYPE_CHECKING, Any, cast

from df_websockets.decorators import signal
from df_websockets.utils import Choice

from client.live.arguments import Ask, FormArgument, Number, Text
from client.live.permissions import current_user, signed_in
from client.live.push import answer
from client.live.topics import user_key
from client.users.changes import Touched, push_touched
from client.users.directory import MAX_PAGE, MAX_SEARCH, DirectoryPage, may_see_email
from client.users.forms import StatusForm
from client.users.models import User
from client.users.you import you_state

if TYPE_CHECKING:  # at run time df_websockets calls the annotation to check and convert what a browser sent
    Status = StatusForm
    Search = str
    Page = int
    View = str
else:
    Status = FormArgument(StatusForm)
    Search = Text(MAX_SEARCH)
    Page = Number(1, MAX_PAGE)
    View = Choice(["you", "directory"], caster=Text(20))


@signal(path="users.set_status", is_allowed_to=signed_in)  # type: ignore[untyped-decorator]
def set_status(window_info: Any, form: Status) -> None:
    """Save the user's own status and tell the pages; answer what is wrong with it, or that nothing is."""
    user = _user(window_info)
    if form.is_valid():
        # One column: what replication writes meanwhile must not be written back.
        User.objects.filter(pk=user.pk).update(status=form.cleaned_data["status"])
        push_touched([Touched(key=user_key(user), changed=("status",))])
    answer(window_info, "users.status_answered", errors=form.errors.get_json_data())


@signal(path="users.snapshot", is_allowed_to=signed_in)  # type: ignore[untyped-decorator]
def snapshot(window_info: Any, view: View, ask: Ask, search: Search = "", page: Page = 1) -> None:
    """Answer the state of a page to the window that asks; `ask` numbers the question and comes back."""
    user = _user(window_info)
    if view == "you":
        state = you_state(user)
    else:
        state = DirectoryPage(search=search, page=page, with_email=may_see_email(user)).state()
    answer(window_info, "users.snapshot", ask=ask, **state)


def _user(window_info: Any) -> User:
    return cast("User", current_user(window_info))  # `signed_in` has made sure that he is there
