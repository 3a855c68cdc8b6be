"""A client's web application, over ASGI: pages and windows."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

from telemetry.connections import close_with_each_request
from telemetry.open_files import allow_all_files
from telemetry.warnings import ignore_streamed_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "client.settings")
ignore_streamed_files()
http = get_asgi_application()
close_with_each_request()
allow_all_files(connections=settings.LIVE_WINDOWS_A_PROCESS)

from client.live.routing import application_with  # noqa: E402  (its models exist only now)
from client.rooms import with_room_sockets  # noqa: E402

application = with_room_sockets(application_with(http))
