"""How long a request may take of the thread in which it waits for the database."""

from collections.abc import Callable
from typing import TypeVar

from django.db import connection, transaction

Result = TypeVar("Result")


def in_time(patience: str, function: Callable[[], Result]) -> Result:
    """Return what a function does, in one transaction that begins with a statement which sets its limits.

    What waits too long for somebody's lock, or reads through too many posts, is given up with OperationalError. A
    connection that has died since its last use is made anew before anything is written, for nothing may be twice.
    """
    if connection.connection is not None and not connection.is_usable():
        connection.close()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(patience)
        return function()
