"""Where sockets end."""

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.urls import path

from client.live.backlog import with_backlog
from client.live.consumer import WindowConsumer
from client.live.outage import closing_in_outages

# Browsers send cookies with a socket that any page of any site opens: so its origin is checked first.
websocket = AllowedHostsOriginValidator(
    with_backlog(
        closing_in_outages(
            AuthMiddlewareStack(URLRouter([path(settings.WEBSOCKET_URL.removeprefix("/"), WindowConsumer.as_asgi())]))
        )
    )
)
