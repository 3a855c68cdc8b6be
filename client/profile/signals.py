"""The signals of the page `/profile/`, and those by which its work goes on behind it."""

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from df_websockets.decorators import signal
from df_websockets.tasks import SERVER, trigger
from df_websockets.utils import RE, Choice
from django.contrib.auth import get_user_model

from client.live.arguments import Ask, FormArgument, Text
from client.live.loop import run_on_loop
from client.live.outage import OUTAGES
from client.live.permissions import current_user, signed_in
from client.live.push import answer
from client.profile import drawing, julia
from client.profile.forms import ContactForm, NotesForm, wrong, wrong_with
from client.profile.models import Colour
from client.profile.saving import remember, save
from client.profile.state import picture_state, profile_shown, profile_state
from client.profile.telling import fill, focus_first_wrong, push_picture, push_profile, show_wrong

if TYPE_CHECKING:  # at run time df_websockets calls the annotation to check and convert what a browser sent
    Contact = ContactForm
    Notes = NotesForm
    Field = str
    Line = str
    Hue = str
else:
    Contact = FormArgument(ContactForm)  # df_websockets' SerializedForm, strict
    Notes = FormArgument(NotesForm)
    Field = Choice(["display_name", "phone"], caster=Text(20))
    Line = RE(r"([^\r\n\0]{0,200})\Z", caster=str.strip)  # as a field of one line sends it
    Hue = Choice(Colour.values, caster=Text(10))


@signal(path="profile.snapshot", is_allowed_to=signed_in)  # type: ignore[untyped-decorator]
def tell_profile(window_info: Any, ask: Ask) -> None:
    """Answer the profile to the window that asks; `ask` numbers the question and comes back."""
    answer(window_info, "profile.snapshot", ask=ask, **profile_state(_user(window_info)))


@signal(path="picture.snapshot", is_allowed_to=signed_in)  # type: ignore[untyped-decorator]
def tell_picture(window_info: Any, ask: Ask) -> None:
    """Answer how far the picture is; likewise."""
    answer(window_info, "picture.snapshot", ask=ask, **picture_state(_user(window_info)))


@signal(path="profile.check", is_allowed_to=signed_in)  # type: ignore[untyped-decorator]
def check(window_info: Any, field: Field, value: Line) -> None:
    """Say what is wrong with one field as soon as it is left."""
    show_wrong(window_info, {field: wrong_with(field, value)})


@signal(path="profile.save", is_allowed_to=signed_in)  # type: ignore[untyped-decorator]
def save_contact(window_info: Any, form: Contact) -> None:
    """Save name and phone, or say what is wrong with them."""
    _save(window_info, "contact", form)


@signal(path="profile.save_notes", is_allowed_to=signed_in)  # type: ignore[untyped-decorator]
def save_notes(window_info: Any, form: Notes) -> None:
    """Save the notes, or say what is wrong with them."""
    _save(window_info, "remember", form)


@signal(path="profile.set_colour", is_allowed_to=signed_in)  # type: ignore[untyped-decorator]
def set_colour(window_info: Any, colour: Hue) -> None:
    """Save the colour as soon as it is chosen; the answer says which, since another may be chosen meanwhile."""
    _changed(window_info, save(_user(window_info).pk, {"colour": colour}, how="page"))
    answer(window_info, "profile.answered", form="colour", saved=True, value=colour)


@signal(path="profile.discard", is_allowed_to=signed_in)  # type: ignore[untyped-decorator]
def discard(window_info: Any) -> None:
    """Put back into the form what is saved."""
    saved = profile_shown(_user(window_info).pk)
    kept = {name: saved[name] for name in ContactForm.base_fields}
    fill(window_info, "contact", kept)
    show_wrong(window_info, dict.fromkeys(kept, ""))


@signal(path="profile.saved", queue="fast")  # type: ignore[untyped-decorator]
def show_saved(window_info: Any, user_pk: int, fields: list[str], how: str) -> None:
    """Show at once what was saved, in all windows of the user."""
    if user := _who(user_pk):
        push_profile(user)


@signal(path="profile.saved", queue="slow")  # type: ignore[untyped-decorator]
def remember_saved(window_info: Any, user_pk: int, fields: list[str], how: str) -> None:
    """Remember what was saved, when there is time for it; the same signal, another queue."""
    user = _who(user_pk)
    if user and fields:  # a file may have brought nothing new
        remember(user_pk, fields, how=how)
        push_profile(user)


@signal(path="picture.begin", is_allowed_to=signed_in)  # type: ignore[untyped-decorator]
def begin_picture(window_info: Any) -> None:
    """Ask for a picture, unless one is under way."""
    user = _user(window_info)
    run = drawing.begin(user.pk)
    if run is None:
        return
    try:
        _server(window_info, "picture.draw", user_pk=user.pk, run=str(run))
    except OUTAGES:
        drawing.fail(user.pk, run)
        raise
    finally:
        push_picture(user)


@signal(path="picture.cancel", is_allowed_to=signed_in)  # type: ignore[untyped-decorator]
def cancel_picture(window_info: Any) -> None:
    """End what is under way; the worker that draws stops at its next line of news."""
    user = _user(window_info)
    if drawing.cancel(user.pk):
        push_picture(user)


@signal(path="picture.draw", queue="slow")  # type: ignore[untyped-decorator]
def draw_picture(window_info: Any, user_pk: int, run: str) -> None:
    """Draw a picture to its end; it takes seconds."""
    if user := _who(user_pk):
        profile = profile_shown(user_pk)
        rows = julia.rows(profile["display_name"] or user.get_username())
        tell = partial(_tell_progress, user)
        drawing.draw(user_pk, UUID(run), rows, julia.SIZE, profile["colour"], tell=tell)


def _tell_progress(user: Any) -> None:
    with suppress(*OUTAGES):  # a page that misses something asks for it; the picture goes on
        push_picture(user)


def _save(window_info: Any, form_id: str, form: Any) -> None:
    errors = wrong(form)
    show_wrong(window_info, errors)
    if form.is_valid():
        _changed(window_info, save(_user(window_info).pk, form.cleaned_data, how="page"))
    else:
        focus_first_wrong(window_info, errors)
    answer(window_info, "profile.answered", form=form_id, saved=form.is_valid())


def _changed(window_info: Any, fields: list[str]) -> None:
    if fields:
        _server(window_info, "profile.saved", user_pk=_user(window_info).pk, fields=fields, how="page")


def _server(window_info: Any, name: str, **arguments: Any) -> None:
    run_on_loop(lambda: trigger(window_info, name, to=[SERVER], **arguments))


def _user(window_info: Any) -> Any:
    return cast("Any", current_user(window_info))  # `signed_in` has made sure that he is there


def _who(user_pk: int) -> Any:
    return get_user_model()._default_manager.filter(pk=user_pk).first()  # None when he was deleted meanwhile
