"""df_websockets only logs that a `signals.py` cannot be imported: so the names that must be there are asserted."""

from df_websockets.decorators import REGISTERED_SIGNALS, server_side
from df_websockets.tasks import import_signals_and_functions
from django.apps import apps

OF_ROOMS = {  # which may be taken out
    "client.clock": {"clock.now"},
    "client.profile": {
        *("profile.snapshot", "profile.save", "profile.save_notes", "profile.set_colour"),
        *("profile.check", "profile.discard", "picture.snapshot", "picture.begin", "picture.cancel"),
    },
}
OF_ROOMS_BY_THE_SERVER = {  # and how many handlers each has
    "client.profile": {"profile.saved": 2, "picture.draw": 1},
}
FROM_BROWSERS = {"replication.snapshot", "users.set_status", "users.snapshot"}.union(
    *(signals for room, signals in OF_ROOMS.items() if apps.is_installed(room))
)
FROM_THE_SERVER = {"replication.apply": 1, "replication.backfill": 1}
for room, handlers in OF_ROOMS_BY_THE_SERVER.items():
    if apps.is_installed(room):
        FROM_THE_SERVER |= handlers


def test_every_signal_is_registered_as_often_as_it_has_handlers() -> None:
    import_signals_and_functions()
    assert {name: len(connections) for name, connections in REGISTERED_SIGNALS.items()} == {
        **dict.fromkeys(FROM_BROWSERS, 1),
        **FROM_THE_SERVER,
    }


def test_only_the_signals_meant_for_browsers_can_be_called_from_there() -> None:
    import_signals_and_functions()
    callable_from_browsers = {
        name
        for name, connections in REGISTERED_SIGNALS.items()
        if any(connection.is_allowed_to is not server_side for connection in connections)
    }
    assert callable_from_browsers == FROM_BROWSERS
