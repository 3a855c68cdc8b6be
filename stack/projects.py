"""The projects of one stack: where each is reached, and the settings that it reads."""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from stack import surroundings
from stack.backends import Backends
from stack.databases import database_url
from stack.memory import Memory
from stack.ports import LOOPBACK
from stack.processes import Process

Adjust = Callable[[str, Mapping[str, str]], Mapping[str, str]]


def unchanged(name: str, settings: Mapping[str, str]) -> Mapping[str, str]:
    """Return the settings of a project as they are."""
    return settings


@dataclass(frozen=True, kw_only=True)
class Project:
    """Master or one client, as it runs here."""

    name: str  # also its APP_NAME
    directory: Path
    settings: Mapping[str, str]

    @property
    def package(self) -> str:
        """The Python package: `master` or `client`, whichever client it is."""
        return self.name.split("-")[0]

    @property
    def env_file(self) -> Path:
        """The file of KEY=value lines that commands of this project read."""
        return self.directory / f"{self.name}.env"

    @property
    def env(self) -> dict[str, str]:
        """The whole environment of a process of this project."""
        return surroundings.process_environment(self.env_file, self.settings)

    def with_settings(self, **settings: str) -> "Project":
        """Return the project with more settings."""
        return replace(self, settings={**self.settings, **settings})

    def adjusted(self, adjust: Adjust) -> "Project":
        """Return the project with the settings that `adjust` makes of its own."""
        return replace(self, settings=adjust(self.name, self.settings))

    def forget_counters(self) -> None:
        """Make an empty directory for the counters that the project's processes share."""
        directory = self.settings["PROMETHEUS_MULTIPROC_DIR"]
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory)

    def write(self) -> None:
        """Write the file of settings."""
        surroundings.write_env_file(self.env_file, self.settings)


def project(name: str, directory: Path, backends: Backends, memory: Memory, *, debug: bool) -> Project:
    """Return a project with the settings that every project has."""
    profile = directory / "aws-profile"
    profile.write_text("[default]\n")
    settings = {
        "APP_NAME": name,
        "DATABASE_URL": database_url(backends.database_url, name),
        "REDIS_URL": backends.redis_url,
        "SECRET_KEY": memory.secret(f"{name} SECRET_KEY"),
        "DEBUG": str(debug).lower(),
        "HTTPS": "false",  # a stack speaks plain HTTP, on loopback
        "PROMETHEUS_MULTIPROC_DIR": str(directory / "metrics" / name),
        **({} if debug else {"METRICS_TOKEN": memory.secret("METRICS_TOKEN")}),
        **surroundings.aws(backends.aws_url, profile),
    }
    return Project(name=name, directory=directory, settings=settings)


def web_address(process: Process) -> str:
    """Return the address of a web process."""
    return f"http://{LOOPBACK}:{process.port}"


def queue_name(client: str) -> str:
    """Return the name of a client's queue."""
    return f"reactive-tables-{client}"
