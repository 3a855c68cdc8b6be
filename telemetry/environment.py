"""Settings read from the environment, refused with a sentence that names the variable."""

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import environ

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent


class SettingRefused(SystemExit):
    """A setting is missing or wrong: the process ends with this sentence and exit code 1."""

    def __init__(self, name: str, wrong: str, remedy: str) -> None:
        super().__init__(f"{name} {wrong}. {remedy}")


class Environment:
    """Read typed settings of one project.

    The file that ENV_FILE names, by default `.stack/<project>.env` of a running stack, is read first, and
    what it says wins over the process's own environment: a stray DATABASE_URL never reaches somebody's
    real database. An empty ENV_FILE reads no file.

    A setting that is missing or empty is read from the file that `<name>_FILE` names, as secrets of containers are.
    """

    def __init__(self, project: str) -> None:
        self.project = project
        self.env = environ.Env()
        self._secrets: set[str] = set()
        chosen = os.environ.get("ENV_FILE")
        path = ROOT / ".stack" / f"{project}.env" if chosen is None else Path(chosen)
        if chosen and not path.is_file():
            raise SettingRefused("ENV_FILE", f"names {path}, which is not a file", "Name a file of KEY=value lines.")
        if path.is_file():
            self.env.read_env(path, overwrite=True)
        _prepare_aws()
        if metrics := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            Path(metrics).mkdir(parents=True, exist_ok=True)  # or the first counter of the process would raise
        elif os.environ.get("OPERATIONS_PORT"):
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = _passing_directory()

    def text(self, name: str, remedy: str, default: str | None = None) -> str:
        """Return a setting as text; without a default it must be set and not empty."""
        value = value_of(name) or default
        if value is None:
            raise SettingRefused(name, "is not set", remedy)
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a setting as true or false."""
        word = _named(value_of(name), default=str(default)).strip().lower()
        if word not in _FLAGS:
            raise SettingRefused(name, f"is {word!r}", "Set it to true or false.")
        return _FLAGS[word]

    def whole(self, name: str, *, default: int) -> int:
        """Return a setting as a whole number of 0 or more."""
        word = value_of(name) or str(default)
        if not word.isdecimal():
            raise SettingRefused(name, f"is {word!r}", "Set it to a whole number.")
        return int(word)

    def names(self, name: str, *, default: str = "") -> list[str]:
        """Return a setting of comma-separated names."""
        words = _named(value_of(name), default=default).split(",")
        return [word.strip() for word in words if word.strip()]

    def database(self) -> dict[str, Any]:
        """Return Django's settings for the PostgreSQL database that DATABASE_URL names.

        A server that does not answer is given up after seconds; options in the address win over ours.
        """
        url = self.text("DATABASE_URL", "Set it to postgres://user:password@host:5432/name.")
        if not url.startswith(("postgres://", "postgresql://")):
            raise SettingRefused("DATABASE_URL", "is not a PostgreSQL address", "Begin it with postgres://.")
        settings = self._parsed("DATABASE_URL", lambda: dict(self.env.db_url_config(url)))
        if not settings["NAME"]:
            raise SettingRefused("DATABASE_URL", "names no database", "End it with /name.")
        self._secrets.add(str(settings.get("PASSWORD") or ""))
        return {**settings, "OPTIONS": {**_LIVELINESS, **settings.get("OPTIONS", {})}}

    def redis(self) -> str:
        """Return the address of Redis, redis:// or rediss:// (TLS) or unix://."""
        url = self.text("REDIS_URL", "Set it to redis://host:6379/0.")
        if not url.startswith(("redis://", "rediss://", "unix://")):
            raise SettingRefused("REDIS_URL", "is not a Redis address", "Begin it with redis:// or rediss://.")
        self._parsed("REDIS_URL", lambda: urlsplit(url).port)
        self._secrets.add(unquote(urlsplit(url).password or ""))
        return url

    def time_zone(self) -> str:
        """Return TIME_ZONE, a name such as Europe/Paris."""
        name = self.text("TIME_ZONE", "", default="UTC")
        self._parsed("TIME_ZONE", lambda: ZoneInfo(name))
        return name

    def log_level(self) -> str:
        """Return LOG_LEVEL."""
        level = self.text("LOG_LEVEL", "", default="INFO").upper()
        if level not in _LEVELS:
            raise SettingRefused("LOG_LEVEL", f"is {level!r}", f"Set it to one of {', '.join(_LEVELS)}.")
        return level

    def log_file(self) -> str:
        """Return LOG_FILE, which this account may write to; empty without one."""
        name = self.text("LOG_FILE", "", default="")
        try:
            if name:
                Path(name).parent.mkdir(parents=True, exist_ok=True)
                Path(name).open("a").close()
        except OSError as error:
            remedy = "Name a file that this account may write to, or none."
            raise SettingRefused("LOG_FILE", f"names {name}: {error.strerror}", remedy) from error
        return name

    def shaped(self, name: str, pattern: str, remedy: str, default: str | None = None) -> str:
        """Return a setting that must wholly match a pattern."""
        value = self.text(name, remedy, default)
        if not re.fullmatch(pattern, value):
            raise SettingRefused(name, f"is {value!r}", remedy)
        return value

    def aws_region(self) -> str:
        """Return AWS_DEFAULT_REGION, without which AWS's library refuses every call."""
        remedy = "Set it to the region of topic and queues, such as eu-west-1."
        return self.shaped("AWS_DEFAULT_REGION", r"[a-z]{2}(-[a-z]+)+-\d", remedy)

    def app_name(self) -> str:
        """Return APP_NAME, the prefix that keeps projects apart on one Redis and one host."""
        name = self.text("APP_NAME", "", default=self.project)
        if not name.replace("-", "").isalnum() or not name.isascii():
            raise SettingRefused("APP_NAME", f"is {name!r}", "Use letters, digits and hyphens.")
        return name

    def secret_keys(self, *, debug: bool) -> list[str]:
        """Return SECRET_KEY, of 50 characters or more unless DEBUG is on, and after it those that were it before.

        They stand in SECRET_KEY_FALLBACKS, or on further lines of SECRET_KEY: a secret of containers is one file.
        """
        text = self.text("SECRET_KEY", "Set it to 50 or more random characters, other ones for each project.")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if not lines or (len(lines[0]) < _SECRET_LENGTH and not debug):
            raise SettingRefused("SECRET_KEY", "is too short", f"Set it to {_SECRET_LENGTH} or more characters.")
        keys = [*lines, *self.names("SECRET_KEY_FALLBACKS")]
        self._secrets.update(keys)
        return keys

    def tokens(self, name: str) -> list[str]:
        """Return a setting of comma-separated bearer tokens, each of 32 characters or more; without it none."""
        tokens = self.names(name)
        if not all(map(_TOKEN.fullmatch, tokens)):
            raise SettingRefused(name, "has a token that is too short, or characters that no token has", _TOKEN_REMEDY)
        self._secrets.update(tokens)
        return tokens

    def token(self, name: str) -> str:
        """Return a setting of bearer tokens: the first, which is the one to be sent; without any an empty text."""
        return next(iter(self.tokens(name)), "")

    def secrets(self) -> list[str]:
        """Return every secret that was read until now, and those that boto3 reads, to keep them out of the log.

        What is shorter than 8 characters guards nothing, and would hide words that mean something else.
        """
        known = self._secrets | {value_of(name) or "" for name in _SECRETS_OF_OTHERS}
        return sorted(word for word in known if len(word) >= _HIDDEN_LENGTH)

    def _parsed(self, name: str, parse: Callable[[], T]) -> T:
        try:
            return parse()
        except (ValueError, LookupError, OSError, environ.ImproperlyConfigured) as error:
            raise SettingRefused(name, "cannot be read", "Check its spelling.") from error


def _passing_directory() -> str:
    """Return a new directory that goes with this process: what it forks counts there, too."""
    directory = tempfile.mkdtemp(prefix="metrics-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


def value_of(name: str) -> str | None:
    """Return a setting as it stands in the environment, or in the file that `<name>_FILE` names if it is not there."""
    value, path = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if value or not path:
        return value
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        remedy = f"Name a file with nothing but {name} in it, that this account may read."
        raise SettingRefused(f"{name}_FILE", f"names {path}, which cannot be read", remedy) from error


def _named(value: str | None, *, default: str) -> str:
    return default if value is None else value


def _prepare_aws() -> None:
    """Put into the environment what AWS's library looks for there, and take out what is empty: it takes that as set."""
    for name in _AWS_SECRETS:
        os.environ[name] = value_of(name) or ""
    for name in [name for name, value in os.environ.items() if name.startswith("AWS_") and not value]:
        del os.environ[name]


# After a failover or a cut in the network nobody may say that a connection is dead: without these a process waits for
# hours, the system's default, on a connection that it has had, and minutes for a new one.
_LIVELINESS = {
    "connect_timeout": 5,  # seconds, as all but the last
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}
_FLAGS = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_SECRET_LENGTH = 50
_HIDDEN_LENGTH = 8
_SECRETS_OF_OTHERS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "DEMO_PASSWORD")
_AWS_SECRETS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{32,}=*")  # as RFC 6750 spells it
_TOKEN_REMEDY = "Use 32 or more random letters and digits."  # noqa: S105
