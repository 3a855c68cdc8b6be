"""A profile as a file, to take from one client to another."""

import json
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from client.profile.forms import WholeForm
from client.profile.models import Profile

MOST_BYTES = 16 * 1024
FIELDS = tuple(WholeForm.base_fields)


class UnreadableError(ValueError):
    """A file that holds no profile; the argument is a sentence for whoever sent it."""


def written(profile: Profile) -> str:
    """Return a profile as JSON."""
    return json.dumps({name: getattr(profile, name) for name in FIELDS}, indent=1, ensure_ascii=False)


def read(file: "UploadedFile[Any] | None") -> dict[str, str]:
    """Return the valid values that a file holds; what it does not name is left out. Raise UnreadableError."""
    values = _values(file)
    form = WholeForm(values)
    wrong = [_in_words(form, name) for name in values if name in form.errors]
    if wrong:
        raise UnreadableError(" ".join(wrong))
    return {name: form.cleaned_data[name] for name in values}


def _in_words(form: WholeForm, name: str) -> str:
    errors: dict[str, Any] = dict(form.errors)
    return _("%(field)s: %(wrong)s") % {"field": form.fields[name].label, "wrong": " ".join(errors[name])}


def _values(file: "UploadedFile[Any] | None") -> dict[str, Any]:
    if file is None:
        raise UnreadableError(_("Choose a file."))
    if (file.size or 0) > MOST_BYTES:
        raise UnreadableError(_("That file is too large for a profile."))
    try:
        held = json.loads(file.read())
        json.dumps(held, ensure_ascii=False).encode()  # half a surrogate pair is valid JSON and no valid text
    except (ValueError, RecursionError) as error:
        raise UnreadableError(_("That is no file of a profile.")) from error
    if not isinstance(held, dict) or not held or not all(_is_field(*item) for item in held.items()):
        raise UnreadableError(_("That is no file of a profile."))
    return held


def _is_field(name: str, value: object) -> bool:
    return name in FIELDS and isinstance(value, str)
