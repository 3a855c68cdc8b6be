"""Programs of the projects, started as an operator starts them."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
NOWHERE = "postgres://nobody:nothing@127.0.0.1:1/nowhere"  # nothing listens there
PRODUCTION = {
    "ENV_FILE": "",
    "SECRET_KEY": "".join(chr(ord("!") + number) for number in range(80)),
    "DATABASE_URL": NOWHERE,
    "REDIS_URL": "rediss://:secret@redis.example.org:6379/0",
    "ALLOWED_HOSTS": "users.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://users.example.org",
    "AWS_DEFAULT_REGION": "us-east-1",
    "SNS_REACTIVE_TABLE_ARN": "arn:aws:sns:us-east-1:123456789012:reactive-tables",
    "SQS_REACTIVE_TABLES": "https://sqs.us-east-1.amazonaws.com/123456789012/reactive-tables-client",
    "MASTER_URL": "https://users.example.org",
    "SNAPSHOT_TOKEN": "only-for-tests-which-need-32-letters",
}


def ran(*words: str, env: Mapping[str, str], path: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run Python with these words and no environment but this one; return how it ended."""
    places = os.pathsep.join(str(place) for place in (ROOT, path) if place)
    return subprocess.run(
        [sys.executable, *words],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": places, **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def production(**changed: str | None) -> dict[str, str]:
    """Return production settings with some changed, or missing where None is given."""
    return {name: value for name, value in {**PRODUCTION, **changed}.items() if value is not None}


def database_url_of_the_test() -> str:
    """Return the address of the database that the tests use at this moment."""
    settings = connection.settings_dict
    place = f"{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}"
    return f"postgres://{place}/{settings['NAME']}"
