"""The app `feed` of client."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedConfig(AppConfig):
    """Named `feed` in migrations and tables."""

    name = "client.feed"
    label = "feed"
    verbose_name = _("Feed")
    url_prefix = "feed/"
    socket_path = "/ws/feed/"
    menu = (("feed", _("Feed")),)
