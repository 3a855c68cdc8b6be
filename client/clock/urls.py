"""The clock's pages, below `clock/`."""

from django.urls import path

from client.clock.views import clock, now

urlpatterns = [
    path("", clock, name="clock"),
    path("now", now, name="clock-now"),
]
