"""Which rows a killed task of a back-fill had applied: pure, and without knowing in which order master has its keys."""

from dataclasses import replace

from client.pull.master import Page


def cut(page: Page, position: str, following: str | None) -> Page:
    """Return the rows of a page up to an old position; `more` tells whether the position is still ahead.

    The row at the position may be gone: then the page ends before `following`, the first one behind it that master has.
    """
    for index, change in enumerate(page.changes):
        if change.key in (position, following):
            return replace(page, changes=page.changes[: index + (change.key == position)], more=False)
    return page
