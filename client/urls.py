"""A client's pages."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import path

from client.live.connection import probe_redis
from client.overview.views import replication
from client.rooms import room_urls
from client.users.views import LinkView, SignInView, directory, you
from telemetry.health import healthz, probe_database, readyz
from telemetry.metrics import metrics_view

urlpatterns = [
    path("", you, name="you"),
    path("directory/", directory, name="directory"),
    path("replication/", replication, name="replication"),
    path("accounts/login/", SignInView.as_view(), name="login"),
    path("accounts/link/", LinkView.as_view(), name="login-link"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("healthz", healthz),
    path("readyz", readyz({"database": probe_database, "redis": probe_redis})),
    path("metrics", metrics_view),
    *room_urls(),
]
