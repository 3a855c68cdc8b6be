"""The product as compose.yml runs it on this machine, in the place of a stack: E2E_COMPOSE names compose's project.

Consoles run here and reach the servers in their containers by address, which Linux allows. With both clients:

    deploy/secrets.sh && docker-compose --profile two-clients up --detach
    E2E_COMPOSE=<project> .venv/bin/python -m pytest tests/e2e/test_way.py
"""

import os
import subprocess
from functools import cached_property
from pathlib import Path

from stack.demo import Demo
from stack.memory import write_private
from stack.processes import all_processes
from stack.projects import Project

ROOT = Path(__file__).resolve().parents[2]
WEBS = {"master-web": 8001, "client-web": 8000, "client-web-2": 8010}  # behind nginx
SERVERS = {"database": "@database:", "redis": "@redis:", "aws": "//aws:"}


class Containers:
    """What the tests ask of a stack, except to stop and kill its processes."""

    def __init__(self, compose_project: str, directory: Path) -> None:
        self.compose_project = compose_project
        self.directory = directory
        self.processes = {each.name: each for each in all_processes(2)}
        self.projects = {name: self._project(name) for name in ("master", "client", "client-2")}

    def url(self, name: str) -> str:
        """Return the address of a web process, which is nginx's."""
        return f"http://127.0.0.1:{WEBS[name]}"

    @property
    def demo(self) -> Demo:
        """The demo users, whom the set-up has made."""
        return Demo(password=_secret("demo_password"), links={})

    def _project(self, name: str) -> Project:
        file = name.replace("-", "_")
        settings = {
            "APP_NAME": name,
            "HTTPS": "false",
            "SECRET_KEY": _secret(f"{file}_secret_key"),
            "DATABASE_URL": self._reached(_secret(f"{file}_database_url")),
            "REDIS_URL": self._reached(_secret("redis_url")),
            "SNAPSHOT_TOKEN": _secret("snapshot_token"),
            "AWS_ENDPOINT_URL": self._reached("http://aws:4566"),
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": _secret("aws_access_key_id"),
            "AWS_SECRET_ACCESS_KEY": _secret("aws_secret_access_key"),
            "SNS_REACTIVE_TABLE_ARN": "arn:aws:sns:us-east-1:000000000000:reactive-tables",
            "SQS_REACTIVE_TABLES": f"http://aws:4566/000000000000/reactive-tables-{name}",
        }
        project = Project(name=name, directory=self.directory, settings=settings)
        write_private(project.env_file, "".join(f"{key}={value}\n" for key, value in settings.items()))
        return project

    def _reached(self, address: str) -> str:
        """Return an address with a server's name replaced by the address of its container."""
        for name, part in SERVERS.items():
            address = address.replace(part, part.replace(name, self._addresses[name]))
        return address

    @cached_property
    def _addresses(self) -> dict[str, str]:
        form = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        return {name: _docker("inspect", "--format", form, f"{self.compose_project}_{name}_1") for name in SERVERS}


def _secret(name: str) -> str:
    return (Path(os.environ.get("SECRETS", ROOT / ".secrets")) / name).read_text().strip()


def _docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout.strip()  # noqa: S607
