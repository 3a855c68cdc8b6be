"""Master's pages."""

from django.apps import apps
from django.contrib import admin
from django.urls import include, path

from telemetry.health import MigrationsProbe, healthz, probe_database, readyz
from telemetry.metrics import metrics_view

urlpatterns = [
    # an app that says `url_prefix` has its own pages below it
    *(
        path(app.url_prefix, include(f"{app.name}.urls"))
        for app in apps.get_app_configs()
        if hasattr(app, "url_prefix")
    ),
    path("admin/", admin.site.urls),
    path("replication/", include("master.snapshot.urls")),
    path("healthz", healthz),
    path("readyz", readyz({"database": probe_database, "migrations": MigrationsProbe()})),
    path("metrics", metrics_view),
]
