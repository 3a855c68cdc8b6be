"""This client's own data about a user. master knows nothing of it, and replication touches none of it.

The database deletes it with its user, by constraints that the migration makes: also when replication or SQL deletes
him, and when this room was taken out and has left its tables behind.
"""

import uuid
from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

PHONE = r"\+?[0-9][0-9 ()/.-]{4,28}[0-9]\Z"


class Colour(models.TextChoices):
    """What a profile is drawn in; profile.css and palette.py have their values."""

    BLUE = "blue", _("Blue")
    GREEN = "green", _("Green")
    AMBER = "amber", _("Amber")
    VIOLET = "violet", _("Violet")


class Phase(models.TextChoices):
    """Where the drawing of a picture is."""

    NONE = "none"
    WAITING = "waiting"
    DRAWING = "drawing"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


# DO_NOTHING and no constraint of Django's: see above.
def _of_user(**options: Any) -> Any:
    return models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,
        related_name="+",
        **options,
    )


class Profile(models.Model):
    """What a user says of himself; who has said nothing has no row."""

    user = _of_user()
    display_name = models.CharField(_("display name"), max_length=60, blank=True, default="")
    phone = models.CharField(
        _("phone"),
        max_length=30,
        blank=True,
        default="",
        validators=[RegexValidator(PHONE, _("Write it with digits, such as +44 20 7946 0018."))],
    )
    notes = models.TextField(_("notes"), max_length=2000, blank=True, default="")
    colour = models.CharField(_("colour"), max_length=10, choices=Colour.choices, default=Colour.BLUE)

    def __str__(self) -> str:
        return f"profile of user {self.pk}"


class Saved(models.Model):
    """That a user changed his profile: which fields, when, and whether on the page or by a file."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    at = models.DateTimeField()
    fields = models.JSONField()
    how = models.CharField(max_length=10)

    def __str__(self) -> str:
        return f"{', '.join(self.fields)} of user {self.user_id} by {self.how}"


class Picture(models.Model):
    """A user's picture, and how far the drawing of the next one is: at most one at a time."""

    user = _of_user()
    run = models.UUIDField(default=uuid.uuid4)  # another one whenever it is begun
    phase = models.CharField(max_length=10, choices=Phase.choices, default=Phase.NONE)
    done = models.PositiveSmallIntegerField(default=0)  # percent
    moved_at = models.DateTimeField()  # when something happened last
    png = models.BinaryField(null=True)  # the last one that was finished
    drawn = models.UUIDField(null=True)  # the run that made it

    def __str__(self) -> str:
        return f"picture of user {self.pk}: {self.phase}, {self.done} %"
