"""Client's settings with channel layer and cache in memory; what they are in production is kept beside."""

from client.settings import *  # noqa: F403 - a settings module is a list of names
from client.settings import CACHES, CHANNEL_LAYERS, INSTALLED_APPS

REDIS_CACHE = CACHES["default"]
REDIS_CHANNEL_LAYER = CHANNEL_LAYERS["default"]

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
INSTALLED_APPS = [*INSTALLED_APPS, "tests.client.things"]
WHITENOISE_AUTOREFRESH = True  # Django's tests run without DEBUG, and nobody has collected static files for them
