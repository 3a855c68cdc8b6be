from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pull", "0002_untold"),
    ]

    operations = [
        migrations.AddField(
            model_name="verification",
            name="compared_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(
            "UPDATE replication_verification SET compared_at = finished_at WHERE error = ''", migrations.RunSQL.noop
        ),
    ]
