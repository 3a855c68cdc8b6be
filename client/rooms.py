"""How a room plugs itself in: by its name in INSTALLED_APPS, and nothing else.

An app whose AppConfig has `url_prefix` brings the module `urls`. `menu`, pairs of the name of a URL and a label, are
its links in the navigation of everybody who is signed in. An app with `socket_path` brings the module `sockets`, whose
`application` serves the websockets of that address.
"""

from collections.abc import Awaitable
from importlib import import_module

from asgiref.sync import markcoroutinefunction
from django.apps import AppConfig, apps
from django.http import HttpRequest
from django.urls import URLResolver, include, path

from client.live.outage import Application, Receive, Scope, Send


def room_urls() -> list[URLResolver]:
    """Return the URLs of all rooms, each below its prefix."""
    rooms = [config for config in apps.get_app_configs() if hasattr(config, "url_prefix")]
    return [path(_prefix(config), include(f"{config.name}.urls")) for config in rooms]


def menu(request: HttpRequest) -> dict[str, object]:
    """Give templates the links of all rooms, as `room_links`."""
    return {"room_links": [link for config in apps.get_app_configs() for link in getattr(config, "menu", ())]}


def with_room_sockets(other: Application) -> Application:
    """Wrap an ASGI application: sockets of rooms that bring some are theirs, all else is `other`'s."""
    rooms = [config for config in apps.get_app_configs() if hasattr(config, "socket_path")]
    if not rooms:
        return other
    sockets = {_socket_path(config): import_module(f"{config.name}.sockets").application for config in rooms}

    def application(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass a connection on: no coroutine of its own, for it would last as long as the socket."""
        mine = sockets.get(scope["path"]) if scope["type"] == "websocket" else None
        serves: Application = mine or other
        return serves(scope, receive, send)

    # asgiref tells ASGI 3 from ASGI 2 by whether the application is a coroutine function.
    return markcoroutinefunction(application)


def _prefix(config: AppConfig) -> str:
    return str(getattr(config, "url_prefix"))  # noqa: B009 - AppConfig itself has none


def _socket_path(config: AppConfig) -> str:
    return str(getattr(config, "socket_path"))  # noqa: B009 - as above
