"""Parts of a long list."""

from typing import Any

from djangochannelsrestframework.pagination import WebsocketLimitOffsetPagination

from client.feed.serializers import MOST


class Paging(WebsocketLimitOffsetPagination):  # type: ignore[misc]
    """The library's pages `{count, results, limit, offset}` for who asks for one; else the newest posts as a list."""

    default_limit = max_limit = MOST

    def paginate_queryset(self, queryset: Any, scope: Any, view: Any = None, **parameters: Any) -> Any:
        """Return the posts of a page."""
        self.is_asked_for = not parameters.keys().isdisjoint({"limit", "offset"})
        if not self.is_asked_for:  # nobody is told how many there are: they are not counted
            return list(queryset[:MOST])
        return super().paginate_queryset(queryset, scope, view=view, **parameters)

    def get_paginated_response(self, data: Any) -> Any:
        """Return what is said of it."""
        return super().get_paginated_response(data) if self.is_asked_for else data
