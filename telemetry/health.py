"""`/healthz`: the process answers. `/readyz`: so do the servers that it needs."""

from collections.abc import Callable, Mapping

from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse

Probe = Callable[[], None]


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process can answer at all."""
    return JsonResponse({"status": "alive"})


def probe_database() -> None:
    """Raise unless the default database answers."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")


def readyz(probes: Mapping[str, Probe]) -> Callable[[HttpRequest], HttpResponse]:
    """Return a view that answers 200 when every probe passes, else 503; it names each probe's outcome."""

    def view(request: HttpRequest) -> HttpResponse:
        outcomes = {name: _outcome(probe) for name, probe in probes.items()}
        ready = all(outcome == "ok" for outcome in outcomes.values())
        return JsonResponse(outcomes, status=200 if ready else 503)

    return view


def _outcome(probe: Probe) -> str:
    try:
        probe()
    except Exception as error:  # whatever is wrong, the answer is "not ready"
        return type(error).__name__
    return "ok"
