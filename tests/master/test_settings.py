"""Missing or wrong settings stop the start with a sentence; production settings pass `check --deploy`."""

import re
from pathlib import Path

import pytest

from tests.master.starting import production, ran

REQUIRED = {
    "master": ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "SNS_REACTIVE_TABLE_ARN", "AWS_DEFAULT_REGION"),
    "client": ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "SQS_REACTIVE_TABLES", "AWS_DEFAULT_REGION"),
}
WRONG = {
    "SECRET_KEY": "short",
    "DATABASE_URL": "mysql://user@host/name",
    "REDIS_URL": "http://redis.example.org",
    "DEBUG": "maybe",
    "HTTPS": "perhaps",
    "APP_NAME": "a:b",
    "TIME_ZONE": "Europe/Atlantis",
    "LOG_LEVEL": "LOUD",
    "ENV_FILE": "/nowhere/at/all.env",
    "CSRF_TRUSTED_ORIGINS": "users.example.org",
    "AWS_DEFAULT_REGION": "the nearest",
}
WRONG_IN = {
    "master": {
        **WRONG,
        "NOTICES_URL": "users.example.org",
        "SNS_REACTIVE_TABLE_ARN": "reactive-tables",
        "SNAPSHOT_TOKEN": "x" * 31,
    },
    "client": {
        **WRONG,
        "SQS_REACTIVE_TABLES": "reactive-tables-client",
        "PUBLIC_URL": "users.example.org",
        "MASTER_URL": "master.example.org",
        "SNAPSHOT_TOKEN": "x" * 32 + "," + "y" * 31,
    },
}
SENTENCE = re.compile(r"[A-Z_]+ [^.].*\. [A-Z].*\.")


@pytest.mark.parametrize("project", ["master", "client"])
def test_production_settings_are_clean(project: str) -> None:
    ended = ran("-W", "error", "-m", project, "check", "--deploy", "--fail-level", "INFO", env=production())
    assert ended.stderr == ""
    assert ended.stdout == "System check identified no issues (0 silenced).\n"
    assert ended.returncode == 0


@pytest.mark.parametrize(
    ("project", "name"), [(project, name) for project, names in REQUIRED.items() for name in names]
)
def test_a_missing_setting_stops_the_start(project: str, name: str) -> None:
    ended = ran("-m", project, "check", env=production(**{name: None}))
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{name} is not set. ")
    assert SENTENCE.fullmatch(ended.stderr.strip())


@pytest.mark.parametrize(
    ("project", "name"), [(project, name) for project, names in WRONG_IN.items() for name in names]
)
def test_a_wrong_setting_stops_the_start(project: str, name: str) -> None:
    ended = ran("-m", project, "check", env=production(**{name: WRONG_IN[project][name]}))
    assert ended.returncode == 1
    assert name in ended.stderr
    assert "Traceback" not in ended.stderr
    if name != "CSRF_TRUSTED_ORIGINS":  # Django's own check
        assert SENTENCE.fullmatch(ended.stderr.strip())


def test_a_laptop_needs_no_https(tmp_path: Path) -> None:
    ended = ran("-m", "master", "shell", "-v", "0", "-c", SHOW, env=production(DEBUG="true", SECRET_KEY="short"))
    assert ended.stdout.splitlines() == ["False False 0 master_sessionid"]
    ended = ran("-m", "master", "shell", "-v", "0", "-c", SHOW, env=production(APP_NAME="master-2"))
    assert ended.stdout.splitlines() == ["True True 31536000 master-2_sessionid"]


SHOW = (
    "from django.conf import settings as s; "
    "print(s.HTTPS, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_NAME)"
)


def test_the_chosen_file_wins_over_the_environment(tmp_path: Path) -> None:
    chosen = tmp_path / "chosen.env"
    chosen.write_text("APP_NAME=chosen\n")
    program = "from django.conf import settings; print(settings.APP_NAME)"
    for env_file, name in ((str(chosen), "chosen"), ("", "of-the-process")):
        env = production(ENV_FILE=env_file, APP_NAME="of-the-process")
        assert ran("-m", "master", "shell", "-v", "0", "-c", program, env=env).stdout == f"{name}\n"


def test_every_command_of_master_is_there() -> None:
    helped = ran("-m", "master", "help", env=production())
    assert helped.returncode == 0
    assert {"relay", "provision", "check", "migrate", "pg_listen"} <= set(helped.stdout.split())


@pytest.mark.parametrize("settings", ["master.settings", "tests.master.settings"])
def test_no_migration_is_missing(settings: str) -> None:
    arguments = ("-W", "ignore", "-m", "master", "makemigrations", "--check", "--dry-run")
    ended = ran(*arguments, env=production(DJANGO_SETTINGS_MODULE=settings))
    assert "No changes detected" in ended.stdout
    assert ended.returncode == 0
