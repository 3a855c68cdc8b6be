"""Master's web application, over ASGI."""

import os

from django.core.asgi import get_asgi_application

from telemetry.connections import close_with_each_request
from telemetry.warnings import ignore_streamed_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "master.settings")
ignore_streamed_files()
application = get_asgi_application()
close_with_each_request()
