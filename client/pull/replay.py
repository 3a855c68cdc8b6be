"""Which rows a killed task of a back-fill had applied: pure, and without knowing in which order master has its keys."""

from dataclasses import replace

import msgspec.structs

from client.pull.master import Page
from client.replication.changes import Applied, Incoming


def cut(page: Page, position: str, following: str | None) -> Page:
    """Return the rows of a page up to an old position; `more` tells whether the position is still ahead.

    The row at the position may be gone: then the page ends before `following`, the first one behind it that master has.
    """
    for index, change in enumerate(page.changes):
        if change.key in (position, following):
            return replace(page, changes=page.changes[: index + (change.key == position)], more=False)
    return page


def untold(page: Page, applied: Applied) -> list[Incoming]:
    """Return what was held already, in the form in which apply tells it again instead of leaving it out."""
    settled = {change.key for change in applied.changes} | {change.key for change, _ in applied.refused}
    return [msgspec.structs.replace(change, pulled=False) for change in page.changes if change.key not in settled]
