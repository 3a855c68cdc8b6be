"""Bring objects to their present state: ask master, and apply the answer."""

from collections.abc import Sequence

from client.pull.master import pull
from client.replication.announce import announce
from client.replication.apply import apply
from client.replication.changes import Applied
from client.replication.declare import replicas
from client.replication.report import report

BATCH = 1_000  # keys in one transaction


def repair(table: str, keys: Sequence[str]) -> Applied:
    """Ask master for these objects, any number, and apply what it answers, also at an equal version.

    What master or this client's database refuses is in `refused` of the answer. Raises `MasterError` when master
    gives no answer, `django.db.DatabaseError` when the database fails; what was applied until then stays.
    """
    repaired = Applied()
    for start in range(0, len(keys), BATCH):
        repaired.add(_repair(table, keys[start : start + BATCH]))
    return repaired


def _repair(table: str, keys: Sequence[str]) -> Applied:
    pulled = pull(table, keys)
    applied = apply(replicas[table], pulled.changes)
    announce(replicas[table], applied.changes)
    report(table, applied)
    applied.refused += pulled.refused
    return applied
