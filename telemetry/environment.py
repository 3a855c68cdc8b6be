"""Settings read from the environment, refused with a sentence that names the variable."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
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
    """

    def __init__(self, project: str) -> None:
        self.project = project
        self.env = environ.Env()
        chosen = os.environ.get("ENV_FILE")
        path = ROOT / ".stack" / f"{project}.env" if chosen is None else Path(chosen)
        if chosen and not path.is_file():
            raise SettingRefused("ENV_FILE", f"names {path}, which is not a file", "Name a file of KEY=value lines.")
        if path.is_file():
            self.env.read_env(path, overwrite=True)
        if metrics := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            Path(metrics).mkdir(parents=True, exist_ok=True)  # or the first counter of the process would raise

    def text(self, name: str, remedy: str, default: str | None = None) -> str:
        """Return a setting as text; without a default it must be set and not empty."""
        value = os.environ.get(name, "") or default
        if value is None:
            raise SettingRefused(name, "is not set", remedy)
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a setting as true or false."""
        word = os.environ.get(name, str(default)).strip().lower()
        if word not in _FLAGS:
            raise SettingRefused(name, f"is {word!r}", "Set it to true or false.")
        return _FLAGS[word]

    def whole(self, name: str, *, default: int) -> int:
        """Return a setting as a whole number of 0 or more."""
        word = os.environ.get(name, "") or str(default)
        if not word.isdecimal():
            raise SettingRefused(name, f"is {word!r}", "Set it to a whole number.")
        return int(word)

    def names(self, name: str, *, default: str = "") -> list[str]:
        """Return a setting of comma-separated names."""
        return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]

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
        return {**settings, "OPTIONS": {**_LIVELINESS, **settings.get("OPTIONS", {})}}

    def redis(self) -> str:
        """Return the address of Redis, redis:// or rediss:// (TLS) or unix://."""
        url = self.text("REDIS_URL", "Set it to redis://host:6379/0.")
        if not url.startswith(("redis://", "rediss://", "unix://")):
            raise SettingRefused("REDIS_URL", "is not a Redis address", "Begin it with redis:// or rediss://.")
        self._parsed("REDIS_URL", lambda: urlsplit(url).port)
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

    def secret_key(self, *, debug: bool) -> str:
        """Return SECRET_KEY, of 50 characters or more unless DEBUG is on."""
        key = self.text("SECRET_KEY", "Set it to 50 or more random characters, other ones for each project.")
        if len(key) < _SECRET_LENGTH and not debug:
            raise SettingRefused("SECRET_KEY", "is too short", f"Set it to {_SECRET_LENGTH} or more characters.")
        return key

    def tokens(self, name: str) -> list[str]:
        """Return a setting of comma-separated bearer tokens, each of 32 characters or more; without it none."""
        tokens = self.names(name)
        if not all(map(_TOKEN.fullmatch, tokens)):
            raise SettingRefused(name, "has a token that is too short, or characters that no token has", _TOKEN_REMEDY)
        return tokens

    def token(self, name: str) -> str:
        """Return a setting of one bearer token; without it an empty text."""
        tokens = self.tokens(name)
        if len(tokens) > 1:
            raise SettingRefused(name, "has several tokens", "Set it to one of those that the other side takes.")
        return "".join(tokens)

    def _parsed(self, name: str, parse: Callable[[], T]) -> T:
        try:
            return parse()
        except (ValueError, LookupError, OSError, environ.ImproperlyConfigured) as error:
            raise SettingRefused(name, "cannot be read", "Check its spelling.") from error


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
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{32,}=*")  # as RFC 6750 spells it
_TOKEN_REMEDY = "Use 32 or more random letters and digits."  # noqa: S105
