"""Nothing in somebody's environment leads the stack to his real servers or accounts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stack import surroundings

STRAY = {
    "DATABASE_URL": "postgres://production",
    "REDIS_URL": "redis://production",
    "AWS_PROFILE": "production",
    "AWS_ACCESS_KEY_ID": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_ENDPOINT_URL_SNS": "https://sns.example.org",
    "SNS_REACTIVE_TABLE_ARN": "arn:real",
    "PGSSLMODE": "verify-full",
    "DJANGO_SETTINGS_MODULE": "other",
    "SECRET_KEY": "real",
}
ASK_AWS = """
import boto3, json
client = boto3.client("sns")
keys = boto3.Session().get_credentials()
print(json.dumps([client.meta.endpoint_url, client.meta.region_name, keys.access_key, keys.token or ""]))
"""


def test_what_could_lead_elsewhere_is_left_out() -> None:
    assert surroundings.neutral({**STRAY, "PATH": "/bin", "LANG": "C.UTF-8"}) == {"PATH": "/bin", "LANG": "C.UTF-8"}


def test_it_is_taken_out_of_our_own_environment_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in STRAY.items():
        monkeypatch.setenv(name, value)
    surroundings.forget_foreign()
    assert not STRAY.keys() & os.environ.keys()


def test_aws_libraries_reach_the_emulator_only_whatever_profile_is_set(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    profile.write_text("[default]\n")
    env = os.environ | STRAY | surroundings.aws("http://127.0.0.1:4566", profile)
    done = subprocess.run([sys.executable, "-c", ASK_AWS], env=env, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == ["http://127.0.0.1:4566", "us-east-1", "stack", ""]


def test_a_process_has_the_settings_of_its_project_and_the_file_that_holds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://production")
    file = tmp_path / "master.env"
    surroundings.write_env_file(file, {"DATABASE_URL": "postgres://ours", "DEBUG": "true"})
    assert file.read_text() == "DATABASE_URL=postgres://ours\nDEBUG=true\n"
    environment = surroundings.process_environment(file, {"DATABASE_URL": "postgres://ours"})
    assert (environment["DATABASE_URL"], environment["ENV_FILE"]) == ("postgres://ours", str(file))
