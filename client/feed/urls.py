"""The feed's pages, below `feed/`."""

from django.urls import path

from client.feed.views import authors, feed

urlpatterns = [
    path("", feed, name="feed"),
    path("authors", authors, name="feed-authors"),
]
