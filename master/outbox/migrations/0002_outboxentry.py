from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """CREATE VIEW outbox_entry AS SELECT "table" || '/' || "key" AS id, "table", "key", version, deleted, """
            "changed_at, published, due_at, attempts, error FROM outbox_row",
            "DROP VIEW outbox_entry",
        ),
        migrations.CreateModel(
            name="OutboxEntry",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("table", models.TextField()),
                ("key", models.TextField()),
                ("version", models.BigIntegerField()),
                ("deleted", models.BooleanField()),
                ("changed_at", models.DateTimeField()),
                ("published", models.BigIntegerField()),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("attempts", models.IntegerField()),
                ("error", models.TextField()),
            ],
            options={
                "verbose_name": "outbox row",
                "db_table": "outbox_entry",
                "permissions": (("republish_outboxentry", "Can send outbox rows again"),),
                "managed": False,
                "default_permissions": ("view",),
            },
        ),
        migrations.AddConstraint(
            model_name="outboxentry",
            constraint=models.UniqueConstraint(fields=("table", "key"), name="outbox_entry_key"),
        ),
    ]
