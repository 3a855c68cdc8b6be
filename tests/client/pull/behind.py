"""Write what only replication may, as somebody who knows how could."""

from typing import Any

from django.db import connection, transaction

from client.replication.triggers import APPLYING


def behind_replication(statement: str, *params: Any) -> None:
    """Run a statement that the triggers would refuse."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {APPLYING} = 'on'")
        cursor.execute(statement, params)
        cursor.execute(f"SET LOCAL {APPLYING} = 'off'")
