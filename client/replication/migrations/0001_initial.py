from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel(
            name="AppliedRow",
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
                ("applied_at", models.DateTimeField()),
            ],
            options={"db_table": "replication_applied_row"},
        ),
        # every change updates a guard in place: leave room, and clear away after a few thousand of them
        migrations.RunSQL(
            "ALTER TABLE replication_applied_row SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, "
            "autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0)",
            migrations.RunSQL.noop,
        ),
    ]
