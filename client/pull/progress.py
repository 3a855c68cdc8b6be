"""How far a back-fill is, in one line: pure functions of what its row says."""

from dataclasses import dataclass
from datetime import datetime

from client.pull.models import Backfill

BAR = 30  # characters at the most
LEAST = 5  # a shorter bar says nothing


@dataclass(frozen=True, kw_only=True)
class Seen:
    """How many rows were done at a moment."""

    done: int
    at: datetime


def speed(earlier: Seen, now: Seen) -> float:
    """Return rows a second between two moments."""
    seconds = (now.at - earlier.at).total_seconds()
    return max(0, now.done - earlier.done) / seconds if seconds > 0 else 0.0


def bar(state: Backfill, rate: float, columns: int) -> str:
    """Return a line with a bar, for a terminal of so many columns; a narrow one gets no bar."""
    text = line(state, rate)
    part, room = _part(state), min(BAR, columns - len("[] ") - len(text) - 1)
    if part is None or room < LEAST:
        return text[: columns - 1]
    full = int(part * room)
    return f"[{'#' * full}{'.' * (room - full)}] {text}"


def line(state: Backfill, rate: float) -> str:
    """Return a plain line."""
    if state.total is None:
        return f"{state.table}: waiting for the first page"
    part = _part(state)
    percent = "" if part is None else f" ({part:.0%})"
    words = [f"{state.table}: {state.done:,} of {state.total:,} rows{percent}", f"{rate:,.0f} rows/s"]
    left = state.total - state.done
    return ", ".join([*words, f"{_clock(left / rate)} left"] if rate and left > 0 else words)


def summary(state: Backfill) -> list[str]:
    """Return what a finished back-fill did."""
    seconds = (state.finished_at - state.started_at).total_seconds() if state.finished_at else 0.0
    rate = state.done / seconds if seconds else 0.0
    counts = f"{state.created:,} created, {state.updated:,} updated, {state.right:,} already right"
    counts += f", {state.refused:,} refused"
    lines = [f"{state.table}: {counts}", f"  {state.done:,} rows in {seconds:.1f} s, {rate:,.0f} rows/s"]
    if state.ignored:
        lines.append(f"  {state.ignored:,} of them had come here in a newer version before")
    return lines


def _part(state: Backfill) -> float | None:
    """Return what part is done; None for a table without rows. Rows may be made meanwhile: it is never above 1."""
    return min(1.0, state.done / state.total) if state.total else None


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
