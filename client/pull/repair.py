"""Bring objects to their present state: ask master, and apply the answer."""

from collections.abc import Collection, Sequence

from django.db import transaction

from client.live.connection import probe_redis
from client.pull.master import pull
from client.pull.models import Untold
from client.replication.announce import announce
from client.replication.apply import apply
from client.replication.changes import Applied
from client.replication.declare import replicas
from client.replication.report import report

BATCH = 1_000  # keys in one transaction


def repair(table: str, keys: Sequence[str]) -> Applied:
    """Ask master for these objects, any number, apply what it answers, also at an equal version, and tell of all.

    What master or this client's database refuses is in `refused` of the answer; `changes` of it is empty, for it could
    be large. Raises `MasterError` when master gives no answer, `django.db.DatabaseError` when the database fails,
    `redis.RedisError` when nobody could be told, mostly before anything is written; what was applied until then stays.
    """
    repaired = Applied()
    for start in range(0, len(keys), BATCH):
        repaired.add(_repair(table, keys[start : start + BATCH]))
    return repaired


def tell_rest(table: str) -> None:
    """Tell of what earlier repairs wrote and did not live to tell: as it is now, for master is asked again.

    What is refused now, or older on master than here, is kept for the next time. Raises what `repair` raises.
    """
    waiting = list(Untold.objects.filter(table=table).values_list("pk", "key"))
    repaired = repair(table, list({key for _, key in waiting}))
    kept = {change.key for change, _ in repaired.refused} | repaired.newer.keys()
    _forget([pk for pk, key in waiting if key not in kept])


def _repair(table: str, keys: Sequence[str]) -> Applied:
    pulled = pull(table, keys)
    probe_redis()
    with transaction.atomic():
        applied = apply(replicas[table], pulled.changes, again=True)
        # in the same transaction: verify will find no difference by which anybody could know that these are to be told
        untold = Untold.objects.bulk_create(
            Untold(table=table, key=change.key) for change in applied.changes if not change.repeated
        )
    announce(replicas[table], applied.changes)
    _forget([each.pk for each in untold])
    report(table, applied)
    applied.refused += pulled.refused
    applied.changes = []
    return applied


def _forget(pks: Collection[int]) -> None:
    Untold.objects.filter(pk__in=pks).delete()
