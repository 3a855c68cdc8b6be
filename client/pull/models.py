"""How far a back-fill is, what was found when a table was last compared with master, and what is still to be told."""

import uuid

from django.db import models


class Backfill(models.Model):
    """The present back-fill of a table, or the last one."""

    table = models.TextField(primary_key=True)
    run = models.UUIDField(default=uuid.uuid4)  # another one when it is begun anew
    rate = models.IntegerField(null=True)  # rows per second at the most
    position = models.TextField(default="")  # the last key that is committed; empty: none is
    told = models.TextField(default="")  # the last key whose page is told, too
    last_page = models.BooleanField(default=False)  # nothing comes after `position`
    total = models.BigIntegerField(null=True)  # rows that master has, about
    created = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    right = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)  # what this client cannot read or hold
    ignored = models.BigIntegerField(default=0)  # a newer version came first
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # when something happened last
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)  # what ended it before its end

    class Meta:
        db_table = "replication_backfill"

    def __str__(self) -> str:
        return f"{self.table}: {self.done} of {self.total}"

    @property
    def done(self) -> int:
        """Return how many rows were looked at."""
        return self.created + self.updated + self.right + self.refused + self.ignored

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing is left to be applied, nor to be told."""
        return self.last_page and self.told == self.position


class Verification(models.Model):
    """What was found when a table was last compared with master."""

    table = models.TextField(primary_key=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    compared_at = models.DateTimeField(null=True)  # to the end; the counts are what was found then
    compared = models.BigIntegerField(default=0)  # rows of this client
    missing = models.BigIntegerField(default=0)
    stale = models.BigIntegerField(default=0)
    extra = models.BigIntegerField(default=0)
    edited = models.BigIntegerField(default=0)
    set_aside = models.BigIntegerField(default=0)  # a local row has their value
    error = models.TextField(default="", blank=True)  # why it could not be compared since

    class Meta:
        db_table = "replication_verification"

    def __str__(self) -> str:
        return f"{self.table} at {self.finished_at:%Y-%m-%d %H:%M}"


class Untold(models.Model):
    """An object that was repaired and not told of yet; a repair that is killed in between leaves it."""

    table = models.TextField()
    key = models.TextField()

    class Meta:
        db_table = "replication_untold"

    def __str__(self) -> str:
        return f"{self.table}/{self.key}"
