"""Arguments that the commands of this room share."""

from argparse import ArgumentTypeError

from django.core.management.base import CommandError

from client.replication.declare import replicas

DAY = 86_400


def table_named(name: str) -> str:
    """Return the name of a declared table; raise CommandError with those that there are."""
    if name not in replicas:
        raise CommandError(f"There is no table {name!r} on this client. There are: {', '.join(sorted(replicas))}.")
    return name


def seconds(word: str) -> float:
    """Return a time to wait, of up to a day; raise ArgumentTypeError for what is none."""
    try:
        waited = float(word)
    except ValueError:
        waited = -1.0
    if not 0 <= waited <= DAY:
        raise ArgumentTypeError(f"{word} is not a number of seconds from 0 to {DAY}")
    return waited
