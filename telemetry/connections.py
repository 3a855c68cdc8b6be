"""How long the webs keep database connections."""

from django.db import connections


def close_with_each_request() -> None:
    """Close database connections at the end of the request that opened them.

    Under ASGI each request has a thread of its own, and a connection belongs to its thread: none that CONN_MAX_AGE
    kept would be used again.
    """
    for settings in connections.settings.values():
        settings["CONN_MAX_AGE"] = 0
