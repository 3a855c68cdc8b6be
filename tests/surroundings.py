"""The settings with which a project is loaded when nothing real may be reached."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOWHERE = "127.0.0.1:1"  # nothing listens there: what needs a server says so
METRICS_TOKEN = "only-for-tests-" + "m" * 30
METRICS_HEADERS = {"Authorization": f"Bearer {METRICS_TOKEN}"}
SURROUNDINGS = {
    "ENV_FILE": "",
    "DEBUG": "true",
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "DATABASE_URL": f"postgres://nobody@{NOWHERE}/nothing",
    "REDIS_URL": f"redis://{NOWHERE}/0",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "SNS_REACTIVE_TABLE_ARN": "arn:aws:sns:us-east-1:123456789012:reactive-tables",
    "SQS_REACTIVE_TABLES": "https://sqs.us-east-1.amazonaws.com/123456789012/reactive-tables-client",
    "MASTER_URL": f"http://{NOWHERE}",
    "METRICS_TOKEN": METRICS_TOKEN,
    "SNAPSHOT_TOKEN": "only-for-tests-" + "x" * 30,
}
STRAY = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_REGION")


def printed_apart(program: str, *words: str, **settings: str) -> str:
    """Return what a program prints in a process of its own, with these settings and no directory of counters."""
    env = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *words],
        env=env | SURROUNDINGS | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
