"""A client's pages."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import path

from client.live.layer import probe_channel_layer
from client.overview.views import replication
from client.rooms import room_urls
from client.users.views import LinkView, SignInView, directory, you
from telemetry.health import MigrationsProbe, Probe, healthz, probe_database, probe_redis, readyz
from telemetry.metrics import metrics_view

NEEDED: dict[str, Probe] = {
    "database": probe_database,
    "migrations": MigrationsProbe(),
    "redis": probe_redis,
    "channel layer": probe_channel_layer,
}
urlpatterns = [
    path("", you, name="you"),
    path("directory/", directory, name="directory"),
    path("replication/", replication, name="replication"),
    path("accounts/login/", SignInView.as_view(), name="login"),
    path("accounts/link/", LinkView.as_view(), name="login-link"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("healthz", healthz),
    path("readyz", readyz(NEEDED)),
    path("metrics", metrics_view),
    *room_urls(),
]
