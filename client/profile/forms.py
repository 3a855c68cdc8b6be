"""What users may fill in about themselves."""

from typing import Any

from django import forms

from client.profile.models import Profile


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """How one is called, and reached."""

    class Meta:
        """Two fields of one line each."""

        model = Profile
        fields = ("display_name", "phone")


class NotesForm(forms.ModelForm):  # type: ignore[type-arg]
    """What one wants to remember."""

    class Meta:
        """One field of many lines."""

        model = Profile
        fields = ("notes",)


class WholeForm(forms.ModelForm):  # type: ignore[type-arg]
    """All that a file may bring."""

    class Meta:
        """Every field."""

        model = Profile
        fields = ("display_name", "phone", "notes", "colour")


def wrong_with(field: str, value: str) -> str:
    """Return what is wrong with the value of one field of ContactForm, or an empty text."""
    form = ContactForm({field: value})
    return wrong(form).get(field, "")


def wrong(form: forms.BaseForm) -> dict[str, str]:
    """Return what is wrong with each field; an empty text for one that is right."""
    errors: dict[str, Any] = dict(form.errors)
    return {name: " ".join(errors.get(name, ())) for name in form.fields}
