"""Annotations for the arguments of signals that browsers call: each checks and converts, or refuses by ValueError."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from df_websockets.utils import SerializedForm
from django.forms import BaseForm, Field, FileInput, RadioSelect


@dataclass(frozen=True)
class Text:
    """A text of limited length that PostgreSQL takes."""

    longest: int

    def __call__(self, value: object) -> str:
        if not isinstance(value, str) or len(value) > self.longest or "\0" in value:
            raise ValueError(f"not a text of up to {self.longest} characters")
        return value


@dataclass(frozen=True)
class Number:
    """A whole number within limits."""

    least: int
    most: int

    def __call__(self, value: object) -> int:
        if type(value) is not int or not self.least <= value <= self.most:
            raise ValueError(f"not a whole number from {self.least} to {self.most}")
        return value


class FormArgument(SerializedForm):  # type: ignore[misc]
    """A form, filled in; what a browser's own script would never send is refused rather than taken for empty."""

    def __call__(self, value: Any, *args: Any, **kwargs: Any) -> BaseForm:
        """Return the bound form."""
        if not isinstance(value, list) or not all(_is_field(entry) for entry in value):
            raise ValueError("not a list of names and values")
        form: BaseForm = super().__call__(value, *args, **kwargs)
        for name, field in form.fields.items():
            omitted = field.widget.value_omitted_from_data(form.data, form.files, form.add_prefix(name))
            if omitted and _is_always_sent(field):
                raise ValueError(f"no {name}")
        return form


def _is_always_sent(field: Field) -> bool:
    """Tell whether a browser's script sends a field whatever its user does; of the others the form says what it lacks.

    It sends no disabled field, no radio button while none is chosen, and of a file its name at most.
    """
    return not field.disabled and not isinstance(field.widget, RadioSelect | FileInput)


def _is_field(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("name"), str) and isinstance(entry.get("value"), str)


if TYPE_CHECKING:  # at run time df_websockets calls the annotation to check what a browser sent
    Ask = int
else:
    Ask = Number(0, 2**53)  # the number of a question: the answer brings it back
