"""Master's pages."""

from django.contrib import admin
from django.urls import include, path

from telemetry.health import healthz, probe_database, readyz
from telemetry.metrics import metrics_view

urlpatterns = [
    path("admin/", admin.site.urls),
    path("replication/", include("master.snapshot.urls")),
    path("healthz", healthz),
    path("readyz", readyz({"database": probe_database})),
    path("metrics", metrics_view),
]
