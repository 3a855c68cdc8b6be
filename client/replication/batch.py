"""One batch in one transaction: lock, read, decide, write."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection

from client.replication import announce, queries
from client.replication.changes import Applied, Clash, Guard, Incoming, RowChange
from client.replication.decide import Claim, Holder, action, newest, settle
from client.replication.declare import Replica
from client.replication.failures import HolderMovedError
from client.replication.queries import aside_value, statements

Row = dict[str, Any]
NO_GUARD = Guard(version=0, deleted=False)


@dataclass(frozen=True, kw_only=True)
class Locked:
    """What the client holds of a batch's objects and of those in their way, with the guards locked."""

    guards: Mapping[str, Guard]
    new: frozenset[str]  # keys whose guards are made here, at the version that comes
    rows: Mapping[str, Row]  # replicated columns, by key
    local: Sequence[Row]  # rows without a guard that hold a claimed value
    taken: frozenset[str]  # keys of the batch that a local row has


def lock(replica: Replica, changes: Mapping[str, Incoming]) -> Locked:
    """Make missing guards, lock all that are concerned in the order of keys, and read the rows under the lock."""
    table, sql = replica.table, statements(replica.table)
    claimed = {f"unique_{name}": _encoded(_values(changes.values(), name)) for name in sql.unique_fields}
    with connection.cursor() as cursor:
        cursor.execute(queries.MAKE_GUARDS, {"table": table, "changes": _versions(changes)})
        new = {key for (key,) in cursor.fetchall()}
        cursor.execute(sql.holders, {"new": _encoded(list(new)), **claimed})
        holders = {key for (key,) in cursor.fetchall()}
        known = set(changes) | (holders - {None})
        guards = dict.fromkeys(new, NO_GUARD)  # nobody else sees them before the commit: they need no lock
        if not holders and known == new:
            return Locked(guards=guards, new=frozenset(new), rows={}, local=[], taken=frozenset())
        if known - new:
            cursor.execute(queries.LOCK_GUARDS, {"table": table, "keys": _encoded(list(known - new))})
            guards |= {key: Guard(version=version, deleted=deleted) for key, version, deleted in cursor.fetchall()}
        cursor.execute(sql.rows, {"keys": _encoded(list(changes)), **claimed})
        found = [(key, sql.held(values)) for key, *values in cursor.fetchall()]
    if any(key is not None and key not in known for key, _ in found):
        raise HolderMovedError(table)
    rows = {key: row for key, row in found if key in guards and key not in new}
    local = [row for key, row in found if key not in guards or key in new]
    taken = frozenset(key for key, _ in found if key in new)
    return Locked(guards=guards, new=frozenset(new), rows=rows, local=local, taken=taken)


class Batch:
    """The newest change of each object, to be applied in the transaction that is open."""

    def __init__(self, replica: Replica, changes: Iterable[Incoming], *, again: bool = False) -> None:
        self.replica = replica
        self.again = again  # what is held already is told, too
        self.sql = statements(replica.table)
        self.changes = newest(changes)
        self.applied = Applied()

    def apply(self) -> Applied:
        """Lock, decide, write; return what was done, to be told once it is committed."""
        self.held = lock(self.replica, self.changes)
        self._refuse_taken_keys()
        actions = {key: action(self.held.guards[key], change) for key, change in self.changes.items()}
        self.writes = {key: self.changes[key] for key, what in actions.items() if what == "write"}
        self.rows = {key: dict(change.row) for key, change in self.writes.items() if not change.deleted}
        aside = self._settle()
        for key in self._equal():
            del self.writes[key]
            self.rows.pop(key, None)
            self.applied.unchanged += 1
            if self.again:
                actions[key] = "repeat"
            else:
                del actions[key]
        self._tell(actions, aside)
        announce.rows_applying.send(sender=self.replica, changes=self.applied.changes)
        self._write(aside)
        return self.applied

    @property
    def deletes(self) -> list[str]:
        """Keys of objects that are gone on master, and not yet here."""
        return [key for key, change in self.writes.items() if change.deleted and key in self.held.rows]

    def _equal(self) -> list[str]:
        """Return the keys of pulled changes that are held already, with every value that was sent."""
        return [key for key, change in self.writes.items() if change.pulled and self._is_equal(key, change)]

    def _is_equal(self, key: str, change: Incoming) -> bool:
        held = self.held.rows.get(key)
        if self.held.guards[key] != Guard(version=change.version, deleted=change.deleted):
            return False
        if change.deleted:
            return held is None or (self.replica.on_delete == "deactivate" and not held["is_active"])
        return held is not None and all(held[name] == value for name, value in self.rows[key].items())

    def _refuse_taken_keys(self) -> None:
        """Leave local rows with an incoming key alone: whose they are is for people to say."""
        taken = self.held.taken
        self.applied.clashes += [Clash(key=key, field=self.replica.key, value=key) for key in taken]
        self.changes = {key: change for key, change in self.changes.items() if key not in taken}
        if taken:
            _execute(queries.DROP_GUARDS, table=self.replica.table, keys=list(taken))

    def _settle(self) -> dict[str, set[str]]:
        """Set aside what may not have its unique value; return, by field, the held rows to set aside first."""
        return {name: aside for name in self.sql.unique_fields if (aside := self._settle_field(name))}

    def _settle_field(self, name: str) -> set[str]:
        claims = [
            Claim(key=key, version=self.writes[key].version, value=row[name])
            for key, row in self.rows.items()
            if row.get(name) is not None
        ]
        settled = settle(claims, self._holders(name, {claim.value for claim in claims}))
        self.applied.clashes += [
            Clash(key=key, field=name, value=str(self.rows[key][name])) for key in sorted(settled.clashing)
        ]
        for key in settled.stale:
            self.rows[key][name] = aside_value(self.replica, name, key)
        self.applied.aside += len(settled.stale) + len(settled.first_aside)
        return settled.first_aside

    def _holders(self, name: str, values: set[Any]) -> list[Holder]:
        going = set(self.deletes) if self.replica.on_delete == "delete" else set()
        versions = {key: guard.version for key, guard in self.held.guards.items()}
        versions |= {key: change.version for key, change in self.writes.items()}
        rows = [(key, row) for key, row in self.held.rows.items() if key not in going]
        return [
            Holder(key=key, version=versions[key] if key else 0, value=row[name])
            for key, row in [*rows, *((None, row) for row in self.held.local)]
            if row[name] in values
        ]

    def _tell(self, actions: Mapping[str, str], aside: Mapping[str, set[str]]) -> None:
        """Collect what is to be told: what is written, what is repeated, and rows that had to give way."""
        for key, what in actions.items():
            if what == "ignore":
                self._ignore(key)
            else:
                self.applied.changes.append(self._change(self.changes[key], repeated=what == "repeat"))
        for name, keys in aside.items():
            self.applied.changes += [self._moved(key, name) for key in sorted(keys - set(self.rows))]

    def _ignore(self, key: str) -> None:
        self.applied.ignored += 1
        if self.changes[key].pulled:
            self.applied.newer[key] = self.held.guards[key].version

    def _change(self, change: Incoming, *, repeated: bool) -> RowChange:
        held = self.held.rows.get(change.key, {})
        row = (held or change.row) if repeated else self.rows.get(change.key, change.row)
        before = {} if repeated else held
        return RowChange(
            op="delete" if change.deleted else "upsert",
            key=change.key,
            version=change.version,
            row=None if change.deleted else msgspec.to_builtins(row, enc_hook=str),
            changed=tuple(name for name in row if name not in before or before[name] != row[name]),
            changed_at=change.changed_at,
            repeated=repeated,
            created=not (held or repeated or change.deleted),
        )

    def _moved(self, key: str, name: str) -> RowChange:
        return RowChange(
            op="upsert",
            key=key,
            version=self.held.guards[key].version,
            row={name: aside_value(self.replica, name, key)},
            changed=(name,),
            changed_at=None,
        )

    def _write(self, aside: Mapping[str, set[str]]) -> None:
        if not self.writes:
            return
        self._delete()
        for name, keys in aside.items():
            _execute(self.sql.set_aside(name), keys=list(keys))
        for fields, rows in self._by_fields().items():
            _execute(self.sql.upsert(fields), rows=_encoded(rows), **self.sql.own_values(fields))
        if known := {key: change for key, change in self.writes.items() if key not in self.held.new}:
            _execute(queries.RAISE_GUARDS, table=self.replica.table, changes=_versions(known))

    def _delete(self) -> None:
        if not self.deletes:
            return
        if self.replica.on_delete == "deactivate":
            _execute(self.sql.deactivate, keys=self.deletes)
            return
        # by the ORM, so that what hangs on the rows goes with them
        self.replica.model._base_manager.filter(**{f"{self.replica.key}__in": self.deletes}).delete()

    def _by_fields(self) -> dict[tuple[str, ...], list[Row]]:
        """Group the rows, as records, by the fields that were sent, so that a missing one is left as it is."""
        groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for key, row in self.rows.items():
            fields = tuple(name for name in self.replica.fields if name in row)
            groups[fields].append(self.sql.record(key, {name: row[name] for name in fields}))
        return groups


def _versions(changes: Mapping[str, Incoming]) -> str:
    return _encoded([{"key": key, "version": each.version, "deleted": each.deleted} for key, each in changes.items()])


def _values(changes: Iterable[Incoming], name: str) -> list[Any]:
    return [change.row[name] for change in changes if change.row.get(name) is not None]


def _encoded(values: list[Any]) -> str:
    return msgspec.json.encode(values, enc_hook=str).decode()


def _execute(statement: str, **params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
