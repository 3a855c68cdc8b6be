"""The pages of the profile, below `profile/`."""

from django.urls import path

from client.profile.views import file, picture, profile

urlpatterns = [
    path("", profile, name="profile"),
    path("file", file, name="profile-file"),
    path("picture", picture, name="profile-picture"),
]
