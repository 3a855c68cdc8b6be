"""Master's web application, over ASGI."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "master.settings")
application = get_asgi_application()
