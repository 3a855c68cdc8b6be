"""Master's pages, and Django's own for passwords."""

from django.urls import include, path

urlpatterns = [path("", include("master.urls")), path("accounts/", include("django.contrib.auth.urls"))]
