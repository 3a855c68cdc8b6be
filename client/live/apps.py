"""The app `live` of client."""

from importlib import import_module

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Named `live` in migrations and tables."""

    name = "client.live"
    label = "live"

    def ready(self) -> None:
        """Settle which Celery app is in force, and listen to sign-outs."""
        use_our_celery()
        import_module("client.live.receivers")


def use_our_celery() -> None:
    """Make `client.celery.app` current and default again.

    df_websockets imports `df_websockets.celery` at its first signal. That module makes a Celery app of its own, without
    a broker, the current one of that thread, and sets logging up anew: so it is imported here, first and once.
    """
    import_module("df_websockets.celery")
    app = import_module("client.celery").app
    app.set_current()  # of this thread
    app.set_default()  # of all others
