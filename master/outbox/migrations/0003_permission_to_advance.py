from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_outboxentry")]

    operations = [
        migrations.AlterModelOptions(
            name="outboxentry",
            options={
                "managed": False,
                "verbose_name": "outbox row",
                "default_permissions": ("view",),
                "permissions": (
                    ("republish_outboxentry", "Can send outbox rows again"),
                    ("advance_versions", "Can advance versions after a restore"),
                ),
            },
        ),
    ]
