import django.contrib.auth.models
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import master.outbox.trigger_sql


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("outbox", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Thing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.IntegerField(unique=True)),
                ("name", models.CharField(default="", max_length=50)),
                ("price", models.DecimalField(decimal_places=2, max_digits=10, null=True)),
                ("made_at", models.DateTimeField(null=True)),
                ("day", models.DateField(null=True)),
                ("notes", models.JSONField(null=True)),
                ("weight", models.FloatField(null=True)),
                ("shelf", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                ("slug", models.TextField(primary_key=True, serialize=False)),
                ("caption", models.TextField(default="")),
            ],
        ),
        migrations.CreateModel(
            name="SharedGroup",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.group",),
            managers=[
                ("objects", django.contrib.auth.models.GroupManager()),
            ],
        ),
        migrations.CreateModel(
            name="Boxed",
            fields=[
                (
                    "thing_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="things.thing",
                    ),
                ),
                ("size", models.IntegerField()),
            ],
            bases=("things.thing",),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="thing",
            trigger=pgtrigger.compiler.Trigger(
                name="capture_insert",
                sql=master.outbox.trigger_sql.CaptureSql(
                    func='INSERT INTO outbox_row ("table", "key", version, deleted, changed_at, published, due_at, attempts, error)\nSELECT \'things\', c.key, nextval(\'outbox_version\'), bool_and(c.gone), clock_timestamp(), 0, clock_timestamp(), 0, \'\'\nFROM (SELECT n."number"::text AS key, false AS gone FROM new_rows n WHERE n."id" IS NOT NULL) c GROUP BY c.key ORDER BY c.key\nON CONFLICT ("table", "key") DO UPDATE SET version = nextval(\'outbox_version\'), deleted = excluded.deleted,\nchanged_at = excluded.changed_at, due_at = excluded.due_at, attempts = 0, error = \'\';\nRETURN NULL;',
                    hash="4152e8b485771ed409013fcd6628837e3cd14394",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_capture_insert_3a08b",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="things_thing",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="thing",
            trigger=pgtrigger.compiler.Trigger(
                name="capture_update",
                sql=master.outbox.trigger_sql.CaptureSql(
                    func='INSERT INTO outbox_row ("table", "key", version, deleted, changed_at, published, due_at, attempts, error)\nSELECT \'things\', c.key, nextval(\'outbox_version\'), bool_and(c.gone), clock_timestamp(), 0, clock_timestamp(), 0, \'\'\nFROM (SELECT v.key, v.gone FROM old_rows o FULL JOIN new_rows n ON o."id" = n."id"\nCROSS JOIN LATERAL (VALUES\n(o."number"::text, true, (o."id" IS NOT NULL) IS TRUE AND ((n."id" IS NOT NULL) IS NOT TRUE OR o."number" IS DISTINCT FROM n."number")),\n(n."number"::text, false, (n."id" IS NOT NULL) IS TRUE AND ((o."id" IS NOT NULL) IS NOT TRUE\nOR (o."number", o."name", o."price", o."made_at", o."day", o."notes", o."weight") IS DISTINCT FROM (n."number", n."name", n."price", n."made_at", n."day", n."notes", n."weight")))) v (key, gone, counts) WHERE v.counts) c GROUP BY c.key ORDER BY c.key\nON CONFLICT ("table", "key") DO UPDATE SET version = nextval(\'outbox_version\'), deleted = excluded.deleted,\nchanged_at = excluded.changed_at, due_at = excluded.due_at, attempts = 0, error = \'\';\nRETURN NULL;',
                    hash="aaa1a383559b716fc6d7d56dae17049ce1598fa6",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_capture_update_32d19",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="things_thing",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="thing",
            trigger=pgtrigger.compiler.Trigger(
                name="capture_delete",
                sql=master.outbox.trigger_sql.CaptureSql(
                    func='INSERT INTO outbox_row ("table", "key", version, deleted, changed_at, published, due_at, attempts, error)\nSELECT \'things\', c.key, nextval(\'outbox_version\'), bool_and(c.gone), clock_timestamp(), 0, clock_timestamp(), 0, \'\'\nFROM (SELECT o."number"::text AS key, true AS gone FROM old_rows o WHERE o."id" IS NOT NULL) c GROUP BY c.key ORDER BY c.key\nON CONFLICT ("table", "key") DO UPDATE SET version = nextval(\'outbox_version\'), deleted = excluded.deleted,\nchanged_at = excluded.changed_at, due_at = excluded.due_at, attempts = 0, error = \'\';\nRETURN NULL;',
                    hash="5e87dc6639d186d28638e68922eefed1f463b3f4",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_capture_delete_e332b",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="things_thing",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="thing",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF current_setting('reactive_tables.allow_truncate', true) IS DISTINCT FROM 'on' THEN RAISE EXCEPTION 'TRUNCATE of the replicated table % is refused: it names no rows, so the clients would keep them. Use DELETE.', TG_TABLE_NAME; END IF; RETURN NULL;",
                    hash="0acaaf542d125cd1518f06c95c0f8468f855007c",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_refuse_truncate_5ced5",
                    table="things_thing",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="label",
            name="thing",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="things.thing"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sharedgroup",
            trigger=pgtrigger.compiler.Trigger(
                name="capture_insert",
                sql=master.outbox.trigger_sql.CaptureSql(
                    func='INSERT INTO outbox_row ("table", "key", version, deleted, changed_at, published, due_at, attempts, error)\nSELECT \'groups\', c.key, nextval(\'outbox_version\'), bool_and(c.gone), clock_timestamp(), 0, clock_timestamp(), 0, \'\'\nFROM (SELECT n."id"::text AS key, false AS gone FROM new_rows n WHERE n."id" IS NOT NULL) c GROUP BY c.key ORDER BY c.key\nON CONFLICT ("table", "key") DO UPDATE SET version = nextval(\'outbox_version\'), deleted = excluded.deleted,\nchanged_at = excluded.changed_at, due_at = excluded.due_at, attempts = 0, error = \'\';\nRETURN NULL;',
                    hash="3b7e2d266f2983e5a49e1419c6937c8729260a4c",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_capture_insert_5d926",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="auth_group",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sharedgroup",
            trigger=pgtrigger.compiler.Trigger(
                name="capture_update",
                sql=master.outbox.trigger_sql.CaptureSql(
                    func='INSERT INTO outbox_row ("table", "key", version, deleted, changed_at, published, due_at, attempts, error)\nSELECT \'groups\', c.key, nextval(\'outbox_version\'), bool_and(c.gone), clock_timestamp(), 0, clock_timestamp(), 0, \'\'\nFROM (SELECT v.key, v.gone FROM old_rows o FULL JOIN new_rows n ON o."id" = n."id"\nCROSS JOIN LATERAL (VALUES\n(o."id"::text, true, (o."id" IS NOT NULL) IS TRUE AND ((n."id" IS NOT NULL) IS NOT TRUE OR o."id" IS DISTINCT FROM n."id")),\n(n."id"::text, false, (n."id" IS NOT NULL) IS TRUE AND ((o."id" IS NOT NULL) IS NOT TRUE\nOR (o."id", o."name") IS DISTINCT FROM (n."id", n."name")))) v (key, gone, counts) WHERE v.counts) c GROUP BY c.key ORDER BY c.key\nON CONFLICT ("table", "key") DO UPDATE SET version = nextval(\'outbox_version\'), deleted = excluded.deleted,\nchanged_at = excluded.changed_at, due_at = excluded.due_at, attempts = 0, error = \'\';\nRETURN NULL;',
                    hash="597f902721a59806cb917f1c94841c91108b6106",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_capture_update_ad4b6",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="auth_group",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sharedgroup",
            trigger=pgtrigger.compiler.Trigger(
                name="capture_delete",
                sql=master.outbox.trigger_sql.CaptureSql(
                    func='INSERT INTO outbox_row ("table", "key", version, deleted, changed_at, published, due_at, attempts, error)\nSELECT \'groups\', c.key, nextval(\'outbox_version\'), bool_and(c.gone), clock_timestamp(), 0, clock_timestamp(), 0, \'\'\nFROM (SELECT o."id"::text AS key, true AS gone FROM old_rows o WHERE o."id" IS NOT NULL) c GROUP BY c.key ORDER BY c.key\nON CONFLICT ("table", "key") DO UPDATE SET version = nextval(\'outbox_version\'), deleted = excluded.deleted,\nchanged_at = excluded.changed_at, due_at = excluded.due_at, attempts = 0, error = \'\';\nRETURN NULL;',
                    hash="eb0e63adb6c119c1d3f2d31a2f1fdfa260e65a26",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_capture_delete_b8e1f",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="auth_group",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sharedgroup",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF current_setting('reactive_tables.allow_truncate', true) IS DISTINCT FROM 'on' THEN RAISE EXCEPTION 'TRUNCATE of the replicated table % is refused: it names no rows, so the clients would keep them. Use DELETE.', TG_TABLE_NAME; END IF; RETURN NULL;",
                    hash="05e664bcb1417995c635a9c30432fdf5c9cdd4a1",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_refuse_truncate_90fce",
                    table="auth_group",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="label",
            trigger=pgtrigger.compiler.Trigger(
                name="capture_insert",
                sql=master.outbox.trigger_sql.CaptureSql(
                    func="INSERT INTO outbox_row (\"table\", \"key\", version, deleted, changed_at, published, due_at, attempts, error)\nSELECT 'labels', c.key, nextval('outbox_version'), bool_and(c.gone), clock_timestamp(), 0, clock_timestamp(), 0, ''\nFROM (SELECT n.\"slug\"::text AS key, false AS gone FROM new_rows n WHERE NOT (\"n\".\"caption\"::text LIKE  E'50\\\\% ''off''%')) c GROUP BY c.key ORDER BY c.key\nON CONFLICT (\"table\", \"key\") DO UPDATE SET version = nextval('outbox_version'), deleted = excluded.deleted,\nchanged_at = excluded.changed_at, due_at = excluded.due_at, attempts = 0, error = '';\nRETURN NULL;",
                    hash="a3c5747dc3ed95fb533080951f9643da22d96e96",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_capture_insert_0212a",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="things_label",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="label",
            trigger=pgtrigger.compiler.Trigger(
                name="capture_update",
                sql=master.outbox.trigger_sql.CaptureSql(
                    func='INSERT INTO outbox_row ("table", "key", version, deleted, changed_at, published, due_at, attempts, error)\nSELECT \'labels\', c.key, nextval(\'outbox_version\'), bool_and(c.gone), clock_timestamp(), 0, clock_timestamp(), 0, \'\'\nFROM (SELECT v.key, v.gone FROM old_rows o FULL JOIN new_rows n ON o."slug" = n."slug"\nCROSS JOIN LATERAL (VALUES\n(o."slug"::text, true, (NOT ("o"."caption"::text LIKE  E\'50\\\\% \'\'off\'\'%\')) IS TRUE AND ((NOT ("n"."caption"::text LIKE  E\'50\\\\% \'\'off\'\'%\')) IS NOT TRUE OR o."slug" IS DISTINCT FROM n."slug")),\n(n."slug"::text, false, (NOT ("n"."caption"::text LIKE  E\'50\\\\% \'\'off\'\'%\')) IS TRUE AND ((NOT ("o"."caption"::text LIKE  E\'50\\\\% \'\'off\'\'%\')) IS NOT TRUE\nOR (o."slug", o."caption", o."thing_id") IS DISTINCT FROM (n."slug", n."caption", n."thing_id")))) v (key, gone, counts) WHERE v.counts) c GROUP BY c.key ORDER BY c.key\nON CONFLICT ("table", "key") DO UPDATE SET version = nextval(\'outbox_version\'), deleted = excluded.deleted,\nchanged_at = excluded.changed_at, due_at = excluded.due_at, attempts = 0, error = \'\';\nRETURN NULL;',
                    hash="72c9afb850b803e1c65fde1219141ceda9b87439",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_capture_update_c1840",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="things_label",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="label",
            trigger=pgtrigger.compiler.Trigger(
                name="capture_delete",
                sql=master.outbox.trigger_sql.CaptureSql(
                    func="INSERT INTO outbox_row (\"table\", \"key\", version, deleted, changed_at, published, due_at, attempts, error)\nSELECT 'labels', c.key, nextval('outbox_version'), bool_and(c.gone), clock_timestamp(), 0, clock_timestamp(), 0, ''\nFROM (SELECT o.\"slug\"::text AS key, true AS gone FROM old_rows o WHERE NOT (\"o\".\"caption\"::text LIKE  E'50\\\\% ''off''%')) c GROUP BY c.key ORDER BY c.key\nON CONFLICT (\"table\", \"key\") DO UPDATE SET version = nextval('outbox_version'), deleted = excluded.deleted,\nchanged_at = excluded.changed_at, due_at = excluded.due_at, attempts = 0, error = '';\nRETURN NULL;",
                    hash="24e984c1ec15de3b6f543e9bd2b2d551c50335b2",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_capture_delete_19653",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="things_label",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="label",
            trigger=pgtrigger.compiler.Trigger(
                name="refuse_truncate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="IF current_setting('reactive_tables.allow_truncate', true) IS DISTINCT FROM 'on' THEN RAISE EXCEPTION 'TRUNCATE of the replicated table % is refused: it names no rows, so the clients would keep them. Use DELETE.', TG_TABLE_NAME; END IF; RETURN NULL;",
                    hash="fa1f228b01c3f925d5f1a79da84a8c5d8e1ae403",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_refuse_truncate_3ed58",
                    table="things_label",
                    when="BEFORE",
                ),
            ),
        ),
    ]
