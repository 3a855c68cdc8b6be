"""The guards: what version of each object this client holds."""

from django.db import models


class AppliedRow(models.Model):
    """The version that was applied last. It outlives a delete; a row of a replica table without a guard is local."""

    pk = models.CompositePrimaryKey("table", "key")
    table = models.TextField()
    key = models.TextField()
    version = models.BigIntegerField()  # 0: nothing was applied yet
    deleted = models.BooleanField()
    applied_at = models.DateTimeField()

    class Meta:
        db_table = "replication_applied_row"

    def __str__(self) -> str:
        return f"{self.table}/{self.key}/{self.version}"
