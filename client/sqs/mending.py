"""What can be done with a dead letter: send it again, ask master instead, or throw it away."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from client.replication.changes import Applied
from client.replication.declare import replicas
from client.sqs import queue
from client.sqs.letters import Letter, Named

logger = logging.getLogger(__name__)

Pull = Callable[[str, Sequence[str]], Applied]  # ask master for the state of these keys of a table, and apply it

AHEAD = (
    "master's answer is older than what this client holds, for %d of %d objects, so it was not applied. Repair again. "
    "If that says the same, master was restored from a backup: run `python -m master advance_versions` there first"
)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a letter."""

    done: bool  # the letter is to be removed
    says: str


def retry(letter: Letter) -> Outcome:
    """Send a letter to this client's queue again."""
    if letter.cut:
        return _kept(f"was cut ({letter.cut}) and cannot be sent again: repair or discard it")
    queue.send(letter.body)
    logger.info("dead letter sent again", extra=_fields(letter))
    return Outcome(done=True, says="sent again")


def repair(letter: Letter, pull: Pull) -> Outcome:
    """Ask master how the objects of a letter look now. Raises what `pull` raises."""
    if obstacle := _not_askable(letter):
        return _kept(obstacle)
    keys: dict[str, list[str]] = defaultdict(list)
    for each in letter.named:
        if each.key not in keys[each.table]:
            keys[each.table].append(each.key)
    applied = {table: pull(table, wanted) for table, wanted in keys.items()}
    obstacles = [why for table, what in applied.items() for why in _still_refused(table, what)]
    if obstacles:
        return _kept(f"the cause is still there: {'; '.join(obstacles)}")
    if ahead := sum(what.ignored for what in applied.values()):
        return _kept(AHEAD % (ahead, len(_objects(letter.named))))
    logger.info("dead letter repaired", extra=_fields(letter))
    return Outcome(done=True, says=f"repaired: {_counted(letter.named)} as master has it now")


def discard(letter: Letter, *, because: str) -> Outcome:
    """Log that a letter is thrown away, and why; its body, which tells of people, is not logged."""
    logger.warning("dead letter discarded", extra={**_fields(letter), "because": because})
    return Outcome(done=True, says="discarded")


def _not_askable(letter: Letter) -> str:
    """Say why master cannot be asked about a letter; nothing if it can."""
    if not letter.events:
        return "it holds no event: discard it"
    if unread := len(letter.events) - len(letter.named):
        return (
            f"{unread} of its {len(letter.events)} events cannot be read as a table, a key and a version: let `verify` "
            "find what is missing here, then discard the letter"
        )
    return next(filter(None, map(_not_ours, letter.named)), "")


def _not_ours(named: Named) -> str:
    replica = replicas.get(named.table)
    if replica is None:
        return f"this client declares no table {named.table!r}: deploy one that does, or discard the letter"
    if not replica.accepts_key(named.key):
        return f"{named.key!r} is not a {replica.key} as the database writes it: no object has it; discard the letter"
    return ""


def _still_refused(table: str, applied: Applied) -> list[str]:
    key = replicas[table].key
    refused = [f"{table}/{change.key}: {reason}" for change, reason in applied.refused]
    return refused + [
        f"{table}/{clash.key}: a local row has this {key}" for clash in applied.clashes if clash.field == key
    ]


def _fields(letter: Letter) -> Mapping[str, object]:
    return {
        "letter": letter.id,
        "letters": len(letter.ids),
        "message_id": letter.message_id,
        "error.message": letter.why,
        "since": letter.since.isoformat(),
        "objects": [str(each) for each in letter.named],
        "bytes": len(letter.body.encode(errors="replace")),
    }


def _counted(named: Sequence[Named]) -> str:
    count = len(_objects(named))
    return "1 object" if count == 1 else f"{count} objects"


def _objects(named: Sequence[Named]) -> set[tuple[str, str]]:
    return {(each.table, each.key) for each in named}


def _kept(why: str) -> Outcome:
    return Outcome(done=False, says=f"kept: {why}")
