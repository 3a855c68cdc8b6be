"""Apply changes to one table: each object ends at its newest version, whatever the order, number and batching."""

from collections.abc import Sequence
from itertools import compress
from operator import not_

from django.db import DatabaseError, transaction

from client.replication.batch import Batch
from client.replication.changes import Applied, Incoming
from client.replication.declare import Replica
from client.replication.failures import is_conflict, is_content, reason

TRIES = 3  # of a batch that meets a deadlock, or a unique value that another worker writes just then


def apply(replica: Replica, changes: Sequence[Incoming], *, again: bool = False) -> Applied:
    """Apply changes; those that the database refuses for their content are found and left out.

    With `again` what was pulled and is held already is to be told as well, as `repeated`: whoever wrote it may have
    been killed before he told. Raises `django.db.DatabaseError` when the database fails for any other reason: nothing
    is lost by applying the same changes again.
    """
    accepted = [replica.accepts_key(change.key) for change in changes]
    applied = Applied(refused=[(change, _misspelled(replica)) for change in compress(changes, map(not_, accepted))])
    if readable := list(compress(changes, accepted)):
        applied.add(_apply(replica, readable, again=again))
    return applied


def _apply(replica: Replica, changes: Sequence[Incoming], *, again: bool) -> Applied:
    """Apply all changes or, when some are refused, all the others."""
    for tried in range(1, TRIES + 1):
        try:
            with transaction.atomic():
                return Batch(replica, changes, again=again).apply()
        except DatabaseError as error:
            if is_conflict(error) and tried < TRIES:
                continue
            if not is_content(error):
                raise
            return _refused(replica, changes, error, again=again)
    raise AssertionError("the last try returns or raises")


def _refused(replica: Replica, changes: Sequence[Incoming], failure: DatabaseError, *, again: bool) -> Applied:
    """Apply the halves of a refused batch apart, until what is refused stands alone."""
    if len(changes) == 1:
        return Applied(refused=[(changes[0], reason(failure))])
    middle = len(changes) // 2
    applied = _apply(replica, changes[:middle], again=again)
    applied.add(_apply(replica, changes[middle:], again=again))
    return applied


def _misspelled(replica: Replica) -> str:
    return f"the key is not a {replica.key} as the database writes it"
