"""How a room plugs itself in: by its name in INSTALLED_APPS, and nothing else.

An app whose AppConfig has `url_prefix` brings the module `urls`. `menu`, pairs of the name of a URL and a label, are
its links in the navigation of everybody who is signed in.
"""

from django.apps import AppConfig, apps
from django.http import HttpRequest
from django.urls import URLResolver, include, path


def room_urls() -> list[URLResolver]:
    """Return the URLs of all rooms, each below its prefix."""
    rooms = [config for config in apps.get_app_configs() if hasattr(config, "url_prefix")]
    return [path(_prefix(config), include(f"{config.name}.urls")) for config in rooms]


def menu(request: HttpRequest) -> dict[str, object]:
    """Give templates the links of all rooms, as `room_links`."""
    return {"room_links": [link for config in apps.get_app_configs() for link in getattr(config, "menu", ())]}


def _prefix(config: AppConfig) -> str:
    return str(getattr(config, "url_prefix"))  # noqa: B009 - AppConfig itself has none
