"""One page of the directory: the users that match a search, by name.

A page holds a range of places, not of names: somebody who appears before it moves its rows on. So a live page whose
range or search a change may have touched asks for its state again, and draws it row by row.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from client.live import numbers
from client.live.hearing import heard_by
from client.live.topics import DIRECTORY, DIRECTORY_WITH_EMAIL
from client.users.models import User
from client.users.rows import drawable, state_row

PAGE_ROWS = 25
MAX_SEARCH = 100
MAX_PAGE = 100_000

_SEARCHED = ("username", "first_name", "last_name")


@dataclass(frozen=True, kw_only=True)
class DirectoryPage:
    """Which rows a page shows, and whether with e-mail addresses (which are then searched too)."""

    search: str
    page: int
    with_email: bool

    @property
    def topic(self) -> str:
        """The topic that carries the changes of this page."""
        return DIRECTORY_WITH_EMAIL if self.with_email else DIRECTORY

    def state(self) -> dict[str, Any]:
        """Return the page's rows with the topic's number read before them."""
        n = numbers.current(self.topic)
        users, more = self.users()
        rows = [state_row(user, with_email=self.with_email) for user in users]
        return {"topic": self.topic, "n": n, "rows": rows, "page": self.page, "search": self.search, "more": more}

    def users(self) -> tuple[list[User], bool]:
        """Return the users of this page, and whether more follow (cheaper than to count a million)."""
        first = (self.page - 1) * PAGE_ROWS
        found = list(drawable().filter(self.matching()).order_by("username")[first : first + PAGE_ROWS + 1])
        return found[:PAGE_ROWS], len(found) > PAGE_ROWS

    def matching(self) -> Q:
        """Return the condition that every word of the search stands somewhere in the user's fields."""
        condition = Q()
        for word in self.search.split():
            names = (*_SEARCHED, "email") if self.with_email else _SEARCHED
            condition &= Q(*((f"{name}__icontains", word) for name in names), _connector=Q.OR)
        return condition


@heard_by(DIRECTORY)
def may_see_directory(user: User) -> bool:
    """Say whether a user may see the others: everybody who is signed in."""
    return user.is_active


@heard_by(DIRECTORY_WITH_EMAIL)
def may_see_email(user: User) -> bool:
    """Say whether a user may see the e-mail addresses of others."""
    return user.has_perm("users.view_user")
