from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        # CACHE 1: a cached block would hand out versions against the order of commits
        migrations.RunSQL("CREATE SEQUENCE outbox_version AS bigint CACHE 1", "DROP SEQUENCE outbox_version"),
        migrations.CreateModel(
            name="OutboxRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "table", "key", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("table", models.TextField()),
                ("key", models.TextField()),
                ("version", models.BigIntegerField()),
                ("deleted", models.BooleanField()),
                ("changed_at", models.DateTimeField()),
                ("published", models.BigIntegerField()),
                ("due_at", models.DateTimeField()),
                ("attempts", models.IntegerField()),
                ("error", models.TextField()),
            ],
            options={
                "db_table": "outbox_row",
                "indexes": [
                    models.Index(
                        fields=["due_at", "version"], name="outbox_row_due", condition=Q(published__lt=F("version"))
                    )
                ],
            },
        ),
        # a queue table: room for updates in place, and vacuumed after a few thousand of them
        migrations.RunSQL(
            "ALTER TABLE outbox_row SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, "
            "autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0)",
            migrations.RunSQL.noop,
        ),
    ]
