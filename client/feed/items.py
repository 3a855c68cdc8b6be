"""A post as replies and events show it."""

from datetime import datetime
from typing import Any

from rest_framework.fields import DateTimeField

_shown = DateTimeField()


def item(*, pk: int, author: int, body: str, created_at: datetime) -> dict[str, Any]:
    """Return it with exactly these keys; its time in ISO 8601, in TIME_ZONE."""
    return {"created_at": _shown.to_representation(created_at), "author": author, "body": body, "pk": pk}
