"""What users may fill in."""

from django import forms

from client.users.models import User


class StatusForm(forms.ModelForm):  # type: ignore[type-arg]
    """A user's status: this client's own column, which master does not know."""

    class Meta:
        """The one field."""

        model = User
        fields = ("status",)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        # With `maxlength` a browser cuts off silently what is pasted; the answer says what is wrong instead.
        self.fields["status"].widget.attrs.pop("maxlength")
        self.fields["status"].widget.attrs["autocomplete"] = "off"
