"""What is remembered of a password: its hash, whose it was, and since when it is remembered."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PasswordHash(models.Model):
    """A hash as it stood in the user's row. A larger primary key means a later password of the same user."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,  # the database does it, also for SQL, and after this app was taken out
        db_constraint=False,  # the migration makes it, with ON DELETE CASCADE
        related_name="+",
        verbose_name=_("user"),
        db_index=False,  # the unique constraint begins with it
    )
    encoded = models.TextField(_("hash"), editable=False)
    remembered_at = models.DateTimeField(_("remembered at"), auto_now_add=True)

    class Meta:
        verbose_name = _("remembered password")
        verbose_name_plural = _("remembered passwords")
        default_permissions = ("view",)
        constraints = (models.UniqueConstraint(fields=["user", "encoded"], name="passwords_hash_once"),)

    def __str__(self) -> str:
        return f"{self.user} {self.remembered_at:%Y-%m-%d %H:%M}"
