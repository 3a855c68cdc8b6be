"""Numbers and times as the page says them, from the server and from a worker alike."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from client.overview.counting import Rows
from client.overview.samples import Sample
from client.pull.models import Backfill, Verification
from client.sqs.depths import Depths

UNKNOWN = "\N{EN DASH}"
STILL = timedelta(minutes=2)  # beat asks once a minute for a back-fill that does not move


def of_rows(rows: Rows) -> str:
    """Say how many rows there are."""
    count = f"{rows.count:,}"
    return count if rows.exact else _("about %(count)s") % {"count": count}


def of_lag(samples: Sequence[Sample]) -> str:
    """Say in words what the chart shows."""
    if not samples:
        return _("No change in the last five minutes.")
    changes = sum(each.changes for each in samples)
    return ngettext(
        "The last change took %(last)s, the slowest of the last five minutes %(worst)s: %(changes)s change.",
        "The last change took %(last)s, the slowest of the last five minutes %(worst)s: %(changes)s changes.",
        changes,
    ) % {
        "last": of_milliseconds(samples[-1].lag),
        "worst": of_milliseconds(max(each.lag for each in samples)),
        "changes": f"{changes:,}",
    }


def of_milliseconds(milliseconds: int) -> str:
    """Say how long something took, with about two digits."""
    seconds = milliseconds / 1000
    if seconds < 1:
        return _("%s ms") % milliseconds
    return _("%s s") % (f"{seconds:.1f}" if seconds < 10 else f"{seconds:,.0f}")


def of_verification(found: Verification | None) -> str:
    """Say what the last comparison with master has found."""
    if found is None:
        return _("never")
    at = of_time(found.finished_at)
    if found.error:
        return _("%(at)s: not compared. %(error)s") % {"at": at, "error": found.error}
    kinds = {
        _("missing"): found.missing,
        _("stale"): found.stale,
        _("extra"): found.extra,
        _("edited here"): found.edited,
        _("set aside"): found.set_aside,
    }
    differing = ", ".join(f"{name} {count:,}" for name, count in kinds.items() if count)
    compared = f"{found.compared:,}"
    if differing:
        return _("%(at)s: %(differing)s, of %(compared)s rows") % {
            "at": at,
            "differing": differing,
            "compared": compared,
        }
    return _("%(at)s: equal, %(compared)s rows") % {"at": at, "compared": compared}


def of_backfill(found: Backfill | None, *, now: datetime) -> str:
    """Say whether a back-fill runs, stands still, or how the last one ended."""
    if found is None:
        return _("never")
    done = f"{found.done:,}"
    if found.error:
        return _("ended after %(done)s rows: %(error)s") % {"done": done, "error": found.error}
    if found.finished_at:
        return _("%(at)s: done, %(done)s rows") % {"at": of_time(found.finished_at), "done": done}
    total = UNKNOWN if found.total is None else f"{found.total:,}"
    words = {"done": done, "total": total, "at": of_time(found.moved_at)}
    if now - found.moved_at > STILL:
        return _("stands still since %(at)s: %(done)s of about %(total)s rows. Is worker-slow there, and beat?") % words
    return _("runs: %(done)s of about %(total)s rows, last moved %(at)s") % words


def of_queues(depths: Depths | None, tasks: Mapping[str, int]) -> dict[str, str]:
    """Say how full each queue is, and what is pending in all."""
    return {
        "pending": _pending(depths, tasks),
        "visible": f"{depths.visible:,}" if depths else UNKNOWN,
        "in_flight": f"{depths.in_flight:,}" if depths else UNKNOWN,
        "dead_letters": f"{depths.dead_letters:,}" if depths else UNKNOWN,
        "measured": of_time(depths.measured_at) if depths else _("not yet"),
        **{lane: f"{count:,}" for lane, count in tasks.items()},
    }


def of_time(at: datetime) -> str:
    """Say when something was, to the second."""
    return localtime(at).strftime("%Y-%m-%d %H:%M:%S %Z")


def _pending(depths: Depths | None, tasks: Mapping[str, int]) -> str:
    if depths is None:
        return _("Nobody has looked at the queues yet.")
    messages, waiting = depths.visible + depths.in_flight, sum(tasks.values())
    if not messages + waiting:
        return _("Nothing is pending here.")
    return _("Pending here: messages %(messages)s, tasks %(tasks)s.") % {
        "messages": f"{messages:,}",
        "tasks": f"{waiting:,}",
    }
