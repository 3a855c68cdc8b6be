"""A client's web application, over ASGI: pages and windows."""

import os

from django.core.asgi import get_asgi_application

from telemetry.connections import close_with_each_request
from telemetry.warnings import ignore_streamed_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "client.settings")
ignore_streamed_files()
http = get_asgi_application()
close_with_each_request()

from client.live.routing import application_with  # noqa: E402  (its models exist only now)

application = application_with(http)
