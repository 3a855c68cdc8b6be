"""What the face of the clock says when the page is loaded; from then on client/static/js/tick.js says the same."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

LATE = 2_000  # milliseconds: a tick that is older is no time any more, but long ago


def reading(state: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of the face and of the day: the time while ticks come, else how long ago the last one was."""
    if state["at"] is None:
        return {"face": _("no tick yet"), "day": ""}
    if state["ago"] > LATE:
        return {"face": long_ago(state["ago"]), "day": ""}
    return {"face": state["time"], "day": f"{state['date']}, {state['offset']}"}


def long_ago(milliseconds: int) -> str:
    """Say how long ago a tick was: in whole seconds, above two minutes in minutes, above two hours in hours."""
    seconds = milliseconds // 1000
    if seconds < 120:
        return _("last tick %s s ago") % seconds
    return (
        _("last tick %s min ago") % (seconds // 60) if seconds < 7_200 else _("last tick %s h ago") % (seconds // 3_600)
    )
