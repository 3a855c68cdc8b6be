"""The limit: a plain model like the replicated one, in the same database, that nobody replicates."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import AbstractUser
from django.db import connection, models


class PlainUser(AbstractUser):
    """Every column of `users.User`, no trigger, no declaration."""

    groups = None  # type: ignore[assignment]
    user_permissions = None  # type: ignore[assignment]
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        app_label = "bench"
        db_table = "bench_plainuser"


@contextmanager
def plain_table() -> Iterator[None]:
    """Make the table, and drop it afterwards."""
    with connection.schema_editor() as editor:
        editor.create_model(PlainUser)
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(PlainUser)
