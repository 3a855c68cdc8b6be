"""The triggers that tell of changed posts: whoever writes, they are heard once it is committed, and in that order.

Two notifications of one transaction with the same text would be sent as one: the time tells them apart.
"""

from typing import Final

import pgtrigger

CHANNEL: Final = "feed_post"

_TELL: Final = f"""\
PERFORM pg_notify('{CHANNEL}', json_build_object(
'at', clock_timestamp(), 'old', row_to_json(OLD), 'new', row_to_json(NEW))::text);
RETURN NULL;"""
CHANGES: Final = pgtrigger.Condition("OLD.* IS DISTINCT FROM NEW.*")


class Tell(pgtrigger.Trigger):
    """Notify of each row that a statement writes, with the row before and after."""

    level = pgtrigger.Row
    when = pgtrigger.After
    func = _TELL


def telling_triggers() -> list[pgtrigger.Trigger]:
    """Return the triggers of the table of posts; a write that changes nothing is not told of."""
    return [
        Tell(name="tell_written", operation=pgtrigger.Insert | pgtrigger.Delete),
        Tell(
            name="tell_changed",
            operation=pgtrigger.Update,
            condition=CHANGES,
        ),
    ]
