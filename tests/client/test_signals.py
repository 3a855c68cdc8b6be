"""df_websockets only logs that a `signals.py` cannot be imported: so the names that must be there are asserted."""

from df_websockets.decorators import REGISTERED_SIGNALS, server_side
from df_websockets.tasks import import_signals_and_functions
from django.apps import apps

OF_ROOMS = {  # which may be taken out
    "client.clock": {"clock.now"},
}
FROM_BROWSERS = {"replication.snapshot", "users.set_status", "users.snapshot"}.union(
    *(signals for room, signals in OF_ROOMS.items() if apps.is_installed(room))
)
FROM_THE_SERVER = {"replication.apply", "replication.backfill"}


def test_every_signal_is_registered_once() -> None:
    import_signals_and_functions()
    assert {name: len(connections) for name, connections in REGISTERED_SIGNALS.items()} == dict.fromkeys(
        FROM_BROWSERS | FROM_THE_SERVER, 1
    )


def test_only_the_signals_meant_for_browsers_can_be_called_from_there() -> None:
    import_signals_and_functions()
    callable_from_browsers = {
        name
        for name, connections in REGISTERED_SIGNALS.items()
        if any(connection.is_allowed_to is not server_side for connection in connections)
    }
    assert callable_from_browsers == FROM_BROWSERS
