"""What happens when users change: by replication, or by this client's own hand."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from client.live.revoke import close_windows, judge_all_windows, judge_windows, user_group
from client.live.topics import user_key
from client.replication.announce import rows_applied, rows_applying
from client.replication.changes import RowChange
from client.users.changes import Touched, push_touched
from client.users.models import Session, User
from client.users.rows import SHOWN

JUDGED = {"is_active", "is_staff", "is_superuser", "password"}  # what decides on which windows a user may have


@receiver(rows_applying)
def end_sessions(sender: Any, changes: Sequence[RowChange], **kwargs: Any) -> None:
    """End the sessions of those who are deactivated or deleted, in the transaction that does so."""
    keys = [each.key for each in changes if _signs_out(each)] if sender.table == "users" else []
    if keys:
        Session.objects.filter(user_id__in=User.objects.filter(uid__in=keys).values("pk")).delete()


@receiver(rows_applied)
def push_applied(sender: Any, changes: Sequence[RowChange], **kwargs: Any) -> None:
    """Push what replication has written and close the windows of those who are gone; safe to repeat.

    It raises when Redis does not answer: the changes then come again.
    """
    if sender.table != "users":
        return
    push_touched([Touched(key=each.key, version=each.version, changed=each.changed) for each in changes])
    close_windows([user_group(each.key) for each in changes if _signs_out(each)])


def _signs_out(change: RowChange) -> bool:
    return change.op == "delete" or (change.row is not None and change.row.get("is_active") is False)


@receiver(post_save, sender=User)
def judge_saved(sender: Any, instance: User, update_fields: Iterable[str] | None, **kwargs: Any) -> None:
    """Let the windows of a user be judged who was perhaps staff, or had another password, before that is pushed."""
    if update_fields is None or not JUDGED.isdisjoint(update_fields):
        _judge_after_commit([user_group(user_key(instance))])


@receiver(post_save, sender=User)
def push_saved(sender: Any, instance: User, update_fields: Iterable[str] | None, **kwargs: Any) -> None:
    """Push what somebody saved here, such as in the admin, once it is committed."""
    changed = tuple(name for name in SHOWN if update_fields is None or name in update_fields)
    if changed:
        _after_commit(Touched(key=user_key(instance), changed=changed), signs_out=not instance.is_active)


@receiver(post_delete, sender=User)
def push_deleted(sender: Any, instance: User, **kwargs: Any) -> None:
    """Push that a local user is deleted, once it is committed; replication announces its own deletions."""
    if instance.uid is None:
        _after_commit(Touched(key=user_key(instance), changed=()), signs_out=True)


def _after_commit(touched: Touched, *, signs_out: bool) -> None:
    def push() -> None:  # no partial: Django names it in the log when it fails
        push_touched([touched])
        if signs_out:
            close_windows([user_group(touched.key)])

    # Robust: what was saved stays saved without Redis, and pages ask for their state when it is back.
    transaction.on_commit(push, robust=True)


@receiver(m2m_changed, sender=User.user_permissions.through)
@receiver(m2m_changed, sender=User.groups.through)
@receiver(m2m_changed, sender=Group.permissions.through)
def judge_granted(sender: Any, action: str, **kwargs: Any) -> None:
    """Let all windows be judged again: somebody's permission may have changed, and with it what he may hear."""
    if action.startswith("post_"):
        _judge_after_commit(None)


@receiver(post_delete, sender=Group)
@receiver(post_delete, sender=Permission)
def judge_deleted(sender: Any, **kwargs: Any) -> None:
    """Do the same when a group or a permission goes, and with it what it gave."""
    _judge_after_commit(None)


def _judge_after_commit(groups: Collection[str] | None) -> None:
    def judge() -> None:
        if groups is None:
            judge_all_windows()
        else:
            judge_windows(groups)

    # Robust: whoever connects when Redis is back is judged then.
    transaction.on_commit(judge, robust=True)
