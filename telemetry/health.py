"""`/healthz`: the process answers. `/readyz`: so do the servers that it needs."""

from collections.abc import Callable, Mapping
from functools import cache

import redis
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis.backoff import NoBackoff
from redis.retry import Retry

from telemetry.in_time import Question, ask

Probe = Callable[[], None]
READY_SECONDS = 3.0  # for the answer of every probe: less than whoever asks waits for
REDIS_SECONDS = 1.0  # for each connect, write and read


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process can answer at all."""
    return JsonResponse({"status": "alive"})


def probe_database() -> None:
    """Raise unless the default database answers."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")


def probe_redis() -> None:
    """Raise unless Redis answers, at once."""
    _redis(settings.REDIS_URL).ping()


class NotMigratedError(Exception):
    """The database lacks migrations of this code."""


class MigrationsProbe:
    """Raises until every migration that this code brings is applied; from then on it asks no more.

    Code that is older than the database is ready: so both may run while one takes the other's place.
    """

    def __init__(self) -> None:
        self._applied = False

    def __call__(self) -> None:
        """Ask the database."""
        if not self._applied:
            executor = MigrationExecutor(connections["default"])
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                raise NotMigratedError
            self._applied = True


def is_redis_away() -> bool:
    """Tell whether Redis does not answer: an excuse for whoever waits for it."""
    try:
        probe_redis()
    except (redis.RedisError, OSError):
        return True
    return False


class Readiness:
    """What a process needs, asked all at once."""

    def __init__(self, probes: Mapping[str, Probe]) -> None:
        self._questions = [Question(name, probe) for name, probe in probes.items()]

    def outcomes(self) -> tuple[bool, dict[str, str]]:
        """Return whether all probes pass, and the outcome of each: "ok" or the name of an error.

        A server that hangs is a TimeoutError within seconds; whatever else is wrong, the answer is "not ready".
        """
        answers = ask(self._questions, seconds=READY_SECONDS)
        outcomes = {name: type(answer).__name__ if answer is not None else "ok" for name, answer in answers}
        return all(outcome == "ok" for outcome in outcomes.values()), outcomes


def readyz(probes: Mapping[str, Probe]) -> Callable[[HttpRequest], HttpResponse]:
    """Return a view that answers 200 when every probe passes, else 503; it names each probe's outcome."""
    readiness = Readiness(probes)

    def view(request: HttpRequest) -> HttpResponse:
        ready, outcomes = readiness.outcomes()
        return JsonResponse(outcomes, status=200 if ready else 503)

    return view


@cache
def _redis(url: str) -> "redis.Redis":
    return redis.Redis.from_url(
        url, socket_connect_timeout=REDIS_SECONDS, socket_timeout=REDIS_SECONDS, retry=Retry(NoBackoff(), 0)
    )
