"""The page `/feed/` while many posts change."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.console import Console
from tests.e2e.people import People
from tests.e2e.tracing import tasks_of

PATH = "/feed/"
RATE, SECONDS = 50, 10
SHOWN = 50  # posts
LONGEST_TASK = 50  # milliseconds
# Fifty posts a second change, in the client's shell; half of the changes and deletions are of posts that the
# page shows, half of such that wait.
BUSY = """
import time
from client.feed.models import Post
from client.users.models import User
author, begun, posts, shown = User.objects.get(username=username), time.monotonic(), [], list(Post.objects.all())
for number in range(rate * seconds):
    time.sleep(max(0, begun + number / rate - time.monotonic()))
    if number % 4 == 3:
        changed = posts[-1] if number % 8 == 3 else shown[number % len(shown)]
        Post.objects.filter(pk=changed.pk).update(body=f"changed {number} #busy")
    elif number % 10 == 8:
        Post.objects.filter(pk=(posts if number % 20 == 8 else shown).pop(0).pk).delete()
    else:
        posts.append(Post.objects.create(author=author, body=f"post {number} #busy"))
result = time.monotonic() - begun
"""
FILL = """
from client.feed.models import Post
from client.users.models import User
author = User.objects.get(username=username)
result = len(Post.objects.bulk_create(Post(author=author, body=f"{n} " + "words " * 40) for n in range(count)))
"""
A_LONG_TASK = "() => { for (const begun = performance.now(); performance.now() - begun < 600; ); }"


@pytest.fixture(autouse=True)
def _no_posts(clients: dict[str, Console]) -> Iterator[None]:
    """Leave no posts to other tests."""
    yield
    clients["client"]("from client.feed.models import Post; result = Post.objects.all().delete()[0]")


def test_no_task_takes_long_while_fifty_posts_a_second_change(
    people: People, visit: Callable[..., Page], clients: dict[str, Console]
) -> None:
    author = people.create().username
    clients["client"](FILL, username=author, count=SHOWN)
    page = visit(people.create().username, PATH)
    expect(page.locator("#posts > li")).to_have_count(SHOWN)
    with tasks_of(page) as tasks:
        took = clients["client"](BUSY, username=author, rate=RATE, seconds=SECONDS)
        assert took < SECONDS * 1.5
        expect(page.locator("#posts > li", has_text="changed")).not_to_have_count(0)
        page.locator("#new").click()
        expect(page.locator("#posts > li").first).to_contain_text("#busy")
    assert len(tasks) > RATE * SECONDS / 2
    assert max(tasks) < LONGEST_TASK
    with tasks_of(page) as tasks:
        page.evaluate(A_LONG_TASK)
    assert max(tasks) > LONGEST_TASK  # so one of the page's own would have been noticed
