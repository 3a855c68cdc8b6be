"""The addresses of the pull API, below `/replication/`."""

from django.urls import path

from master.snapshot import views

urlpatterns = [
    path("<str:table>/", views.table_rows),
    path("<str:table>/digests/", views.table_digests),
    path("<str:table>/digests/rows", views.table_digest_rows),
]
