from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0005_traceparent"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxrow",
            name="refused",
            field=models.BooleanField(db_default=False),
        ),
    ]
