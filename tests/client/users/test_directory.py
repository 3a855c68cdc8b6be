"""Pages of the directory."""

import pytest

from client.users.directory import PAGE_ROWS, DirectoryPage
from tests.client.people import incoming, replicate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("count_in_redis")]


def names(search: str = "", page: int = 1, *, with_email: bool = False) -> list[str]:
    users, _ = DirectoryPage(search=search, page=page, with_email=with_email).users()
    return [user.username for user in users]


def test_users_stand_by_name_in_pages() -> None:
    replicate(*(incoming(f"user{i:02}") for i in range(PAGE_ROWS + 2)))
    assert names() == [f"user{i:02}" for i in range(PAGE_ROWS)]
    assert names(page=2) == [f"user{i:02}" for i in range(PAGE_ROWS, PAGE_ROWS + 2)]
    assert names(page=3) == []


@pytest.mark.parametrize(("count", "more"), [(PAGE_ROWS, False), (PAGE_ROWS + 1, True)])
def test_a_page_knows_whether_another_follows(count: int, more: bool) -> None:
    replicate(*(incoming(f"user{i:02}") for i in range(count)))
    assert DirectoryPage(search="", page=1, with_email=False).state()["more"] is more


def test_a_search_finds_every_word_in_any_name() -> None:
    replicate(incoming("ada", username="ada", first_name="Augusta", last_name="King", email="ada@x.org"))
    replicate(incoming("grace"))
    assert names("GUST") == ["ada"]
    assert names("king ada") == ["ada"]
    assert names("king grace") == []
    assert names("%") == []


def test_an_email_is_found_by_those_only_who_may_see_it() -> None:
    """Else a search, letter by letter, would tell it."""
    replicate(incoming("ada"))
    assert names("example.org") == []
    assert names("example.org", with_email=True) == ["ada"]
