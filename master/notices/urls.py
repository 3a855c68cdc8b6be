"""Pages of notices, below `notices/`."""

from django.urls import path

from master.notices.views import token

app_name = "notices"
urlpatterns = [path("token", token, name="token")]
