"""Posts."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from client.feed.triggers import telling_triggers

LONGEST: Final = 256  # characters


class Post(models.Model):
    """Something that a user wrote. The key to its author is made by the migration, so that the database follows it too:
    deleting a user deletes his posts, even where this app is not installed any more.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_constraint=False, verbose_name=_("author")
    )
    body = models.CharField(_("body"), max_length=LONGEST)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    class Meta:
        """Newest first."""

        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ("-created_at", "-pk")
        indexes = (models.Index(fields=["-created_at", "-id"], name="feed_post_newest"),)
        triggers = telling_triggers()

    def __str__(self) -> str:
        return self.body
