"""The outbox: one row for every object that was ever replicated, also for those that are gone."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class OutboxRow(models.Model):
    """The newest version of an object, and the newest that SNS has accepted. Written by triggers and `publish`."""

    pk = models.CompositePrimaryKey("table", "key")
    table = models.TextField()
    key = models.TextField()
    version = models.BigIntegerField()
    deleted = models.BooleanField()
    changed_at = models.DateTimeField()
    published = models.BigIntegerField()  # 0: never; pending means less than `version`
    due_at = models.DateTimeField()  # end of a lease or of a back-off
    attempts = models.IntegerField()  # claims of this version
    error = models.TextField()  # what was last against it; empty: nothing was against this version
    refused = models.BooleanField(db_default=False)  # with an `error`: for what this version holds, and no outage
    traceparent = models.TextField(db_default="")  # of who made the version; empty if nobody said so

    class Meta:
        db_table = "outbox_row"
        indexes = (
            models.Index(fields=["due_at", "version"], name="outbox_row_due", condition=Q(published__lt=F("version"))),
        )

    def __str__(self) -> str:
        return f"{self.table}/{self.key}/{self.version}"


class OutboxEntry(models.Model):
    """A row of the outbox as the admin shows it: a view whose one primary key is `table/key`. Never written.

    `id` is computed for each row: to find rows by it, take it apart (`parts`) and use `table` and `key`.
    """

    id = models.TextField(_("row"), primary_key=True)
    table = models.TextField(_("table"))
    key = models.TextField(_("key"))
    version = models.BigIntegerField(_("version"))
    deleted = models.BooleanField(_("deleted"))
    changed_at = models.DateTimeField(_("changed at"))
    published = models.BigIntegerField(_("published"))
    due_at = models.DateTimeField(_("due"))
    attempts = models.IntegerField(_("attempts"))
    error = models.TextField(_("error"))

    class Meta:
        managed = False
        db_table = "outbox_entry"
        verbose_name = _("outbox row")
        verbose_name_plural = _("outbox rows")
        constraints = (models.UniqueConstraint(fields=["table", "key"], name="outbox_entry_key"),)
        default_permissions = ("view",)
        permissions = (
            ("republish_outboxentry", "Can send outbox rows again"),
            ("advance_versions", "Can advance versions after a restore"),
        )

    def __str__(self) -> str:
        return self.id

    @staticmethod
    def parts(entry_id: str) -> tuple[str, str]:
        """Return table and key of an `id`: the name of a table holds no slash, a key may."""
        table, _, key = entry_id.partition("/")
        return table, key
