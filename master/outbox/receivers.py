"""Receivers of Django's model signals. The triggers have captured the change; these make it leave at once."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from master.outbox.declare import declared_for
from master.outbox.wake import wake_on_commit


@receiver([post_save, post_delete], dispatch_uid="outbox.emit")
def emit(sender: type[Model], using: str, **kwargs: Any) -> None:
    """Wake the relay on commit, if the model is replicated."""
    if declared_for(sender):
        wake_on_commit(using)
