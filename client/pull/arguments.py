"""Arguments that the commands of this room share."""

from django.core.management.base import CommandError

from client.replication.declare import replicas


def table_named(name: str) -> str:
    """Return the name of a declared table; raise CommandError with those that there are."""
    if name not in replicas:
        raise CommandError(f"There is no table {name!r} on this client. There are: {', '.join(sorted(replicas))}.")
    return name
