"""Carry out what `match` decides: read both sides, set the keys, make the guards."""

from collections.abc import Iterator, Sequence

import msgspec
from django.db import connection, transaction
from django.db.models import CharField, TextField

from client.pull import queries
from client.pull.master import page
from client.pull.match import Link, Local, Plan, Theirs, leave_taken, plan
from client.replication.declare import Replica
from client.replication.models import AppliedRow
from client.replication.queries import DROP_GUARDS, MAKE_GUARDS

PAGE_ROWS = 1_000
RIGHTS = ("is_staff", "is_superuser")  # whoever has one of them is left alone


def matchable(replica: Replica) -> list[str]:
    """Return the fields by which rows may be matched: replicated texts."""
    return [name for name in replica.fields if isinstance(replica.field(name), CharField | TextField)]


def planned(replica: Replica, name: str) -> Plan:
    """Compare all local rows with all of master's by one field. Raises `MasterError`.

    In memory are the local rows and those of master's that have one of their values.
    """
    local = list(_local(replica, name))
    made = plan(local, _theirs(replica.table, name) if local else ())
    for some in _pages(made.links):
        guards = AppliedRow.objects.filter(table=replica.table, key__in=[each.key for each in some])
        leave_taken(made, frozenset(guards.values_list("key", flat=True)))
    return made


def link(replica: Replica, name: str, links: Sequence[Link]) -> int:
    """Link rows, a page in a transaction; return how many. What was changed since the plan is left alone."""
    return sum(_link(replica, name, some) for some in _pages(links))


@transaction.atomic
def _link(replica: Replica, name: str, links: Sequence[Link]) -> int:
    with connection.cursor() as cursor:
        nothing_yet = msgspec.json.encode([{"key": each.key, "version": 0, "deleted": False} for each in links])
        cursor.execute(MAKE_GUARDS, {"table": replica.table, "changes": nothing_yet.decode()})
        new = {key for (key,) in cursor.fetchall()}
        mine = [each for each in links if each.key in new]
        pks, keys, values = ([getattr(each, part) for each in mine] for part in ("pk", "key", "value"))
        cursor.execute(queries.link(replica, name), {"pks": pks, "keys": keys, "values": values})
        done = {key for (key,) in cursor.fetchall()}
        cursor.execute(DROP_GUARDS, {"table": replica.table, "keys": sorted(new - done)})
    return len(done)


def _local(replica: Replica, name: str) -> Iterator[Local]:
    """Yield the rows without a key that have a value to match by."""
    rights = [each for each in RIGHTS if any(field.name == each for field in replica.model._meta.concrete_fields)]
    rows = replica.model._base_manager.filter(**{f"{replica.key}__isnull": True})
    for pk, value, *held in rows.values_list("pk", name, *rights).iterator():
        if value:
            yield Local(pk=pk, value=value, staff=any(held))


def _theirs(table: str, name: str) -> Iterator[Theirs]:
    after, more = None, True
    while more:
        present = page(table, after=after, limit=PAGE_ROWS)
        for change in present.changes:
            if not change.deleted and change.row.get(name):
                yield Theirs(key=change.key, value=change.row[name])
        after, more = present.last, present.more


def _pages(links: Sequence[Link]) -> Iterator[Sequence[Link]]:
    for start in range(0, len(links), PAGE_ROWS):
        yield links[start : start + PAGE_ROWS]
