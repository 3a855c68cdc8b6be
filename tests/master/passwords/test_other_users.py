"""The room works with whatever model AUTH_USER_MODEL names, here Django's own, and with Django's own manager."""

import subprocess
import sys

import pytest
from django.db import connection

PROGRAM = """
import django
from django.conf import settings
place = dict(zip(("HOST", "PORT", "USER", "PASSWORD", "NAME"), {place!r}))
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "master.passwords"],
    AUTH_PASSWORD_VALIDATORS=[{{"NAME": "master.passwords.validators.NotRecentlyUsed"}}],
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    DATABASES={{
        "default": {{
            "ENGINE": "django.db.backends.postgresql",
            "OPTIONS": {{"options": "-c search_path=other_users"}},
            **place,
        }},
    }},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from master.passwords.models import PasswordHash

call_command("check")
call_command("migrate", verbosity=0)
ada = User.objects.create_user("ada", password="the first")
for password in ("the second", "the third"):
    validate_password(password, ada)
    ada.set_password(password)
    ada.save()
for password in ("the first", "the second", "the third"):
    try:
        validate_password(password, User.objects.get())
    except ValidationError as error:
        print(error.error_list[0].code)
print(PasswordHash.objects.count())
User.objects.all().delete()
print(PasswordHash.objects.count())
"""


@pytest.mark.django_db(transaction=True)
def test_djangos_own_users_are_remembered() -> None:
    settings = connection.settings_dict
    place = tuple(str(settings[name]) for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA other_users")
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM.format(place=place)], capture_output=True, text=True, check=False
        )
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA other_users CASCADE")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("\n")[1:] == [*3 * ["password_has_been_used"], "3", "0", ""]
