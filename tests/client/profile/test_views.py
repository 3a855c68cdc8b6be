"""The page, its file and its picture."""

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from asgiref.sync import async_to_sync
from df_websockets.testing import SignalQueue
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from client.live.serializing import own_window
from client.profile.models import Phase, Picture, Profile, Saved
from client.users.models import User
from tests.client.live.windows import address_of, in_thread, session_of, window_of
from tests.client.people import a_replica
from tests.client.profile.conftest import Call, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("count_in_redis")]

PATH, FILE, PICTURE = "/profile/", "/profile/file", "/profile/picture"
GOOD = {"display_name": "Ada", "phone": "+44 20 7946 0018", "notes": "one\ntwo", "colour": "amber"}


def page_of(browser: Client) -> str:
    return browser.get(PATH).content.decode()


def upload(browser: Client, held: object, window: str = "") -> Any:
    content = held if isinstance(held, bytes) else json.dumps(held).encode()
    return browser.post(FILE, {"file": SimpleUploadedFile("profile.json", content), "window": window})


def key_of(page: bytes) -> str:
    """Return the key of a page's window, as its script finds it."""
    return parse_qs(urlsplit(address_of(page)).query)["window"][0]


@pytest.mark.parametrize("path", [PATH, FILE, PICTURE])
def test_they_are_for_those_who_are_signed_in(path: str, client: Client) -> None:
    assert client.get(path).headers["Location"] == f"/accounts/login/?next={path}"
    if path == FILE:
        assert client.post(path).status_code == 302


@pytest.mark.parametrize("path", [PATH, FILE])
def test_they_are_never_kept(path: str, browser: Client) -> None:
    assert "no-store" in browser.get(path).headers["Cache-Control"]


def test_the_page_is_complete_at_once_and_escapes_what_was_written(browser: Client, ada: User) -> None:
    Profile.objects.create(user=ada, display_name="<b>Ada", notes="</textarea><script>alert(1)</script>")
    Picture.objects.create(user=ada, phase=Phase.DRAWING, done=40, moved_at=timezone.now())
    page = page_of(browser)
    assert "&lt;b&gt;Ada" in page
    assert "<script>" not in page
    assert 'aria-valuenow="40"' in page
    assert f'<a href="{PATH}" aria-current="page">Profile</a>' in page


def test_a_field_that_is_checked_takes_no_more_than_the_check(browser: Client, call: Call) -> None:
    longest = set(re.findall(r'<input [^>]*maxlength="(\d+)"', page_of(browser)))
    assert longest == {"200"}
    for letters, answers in ((200, True), (201, False)):
        assert bool(call("profile.check", field="display_name", value="x" * letters)) == answers


def test_it_is_inert_markup_that_df_websockets_reads(browser: Client) -> None:
    page = page_of(browser)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    calls = [json.loads(html.unescape(each)) for each in re.findall(r"""data-df-signal=["'](.*?)["'][ >]""", page)]
    assert [[(call["name"], call["on"]) for call in each] for each in calls] == [
        [("profile.save", "submit"), ("profile.discard", "reset")],
        [("profile.check", "change")],
        [("profile.check", "change")],
        [("profile.set_colour", "change")],
        [("profile.save_notes", "submit")],
        [("picture.begin", "click")],
        [("picture.cancel", "click")],
    ]


def test_a_profile_goes_out_as_a_file_and_comes_in_again(browser: Client, ada: User) -> None:
    Profile.objects.create(user=ada, **GOOD)
    answer = browser.get(FILE)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="profile.json"'
    Profile.objects.all().delete()
    with SignalQueue():
        assert upload(browser, answer.content).json() == {"fields": list(GOOD)}
    assert Profile.objects.values(*GOOD).get() == GOOD


@pytest.mark.parametrize(
    "held",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b"[" * 5000,
        {"phone": "none"},
        {"colour": "red"},
        {"colour": ["blue"]},
        {"user": "1"},
        {"notes": "x" * 2001},
        {"notes": "a\0b"},
        rb'{"notes": "\ud800"}',
        rb'{"colour": "\ud800"}',
        b" " * 17_000,
    ],
)
def test_a_file_that_is_no_profile_is_refused_with_a_sentence(held: object, browser: Client) -> None:
    answer = upload(browser, held)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert not Profile.objects.exists()


def test_what_is_wrong_with_a_file_is_said_in_the_words_of_the_page(browser: Client) -> None:
    said = upload(browser, {"display_name": "x" * 61, "phone": "none"}).json()["error"]
    assert said == (
        "Display name: Ensure this value has at most 60 characters (it has 61). "
        "Phone: Write it with digits, such as +44 20 7946 0018."
    )


def test_without_a_file_it_asks_for_one(browser: Client) -> None:
    assert browser.post(FILE).json() == {"error": "Choose a file."}


def test_the_window_that_sent_a_file_and_the_workers_are_told_by_one_call(browser: Client, ada: User) -> None:
    page = browser.get(PATH).content
    with SignalQueue() as queue:
        upload(browser, {"phone": GOOD["phone"]}, key_of(page))
        told = {"user_pk": ada.pk, "fields": ["phone"], "how": "file"}
        ((topic, signals),) = queue.ws_signals.items()
        assert (topic.startswith(own_window("")), signals) == (True, [("profile.saved", told)])
        assert set(queue.python_signals) == {"fast", "slow"}
        run(queue, "slow")
    assert Saved.objects.values_list("how", flat=True).get() == "file"


def test_a_file_that_brings_nothing_new_is_not_remembered(browser: Client, ada: User) -> None:
    Profile.objects.create(user=ada, **GOOD)
    with SignalQueue() as queue:
        assert upload(browser, GOOD).json() == {"fields": []}
        run(queue, "slow")
    assert not Saved.objects.exists()


def test_the_key_of_somebody_elses_window_reaches_nobody(browser: Client) -> None:
    eve = Client()
    eve.force_login(a_replica("eve"), backend="django.contrib.auth.backends.ModelBackend")
    theirs = key_of(eve.get(PATH).content)
    with SignalQueue() as queue:
        upload(browser, {"phone": GOOD["phone"]}, theirs)
        upload(browser, {"notes": "x"}, "no key")
        upload(eve, {"notes": "x"}, theirs)
        topics = [topic for topic in queue.ws_signals if topic.startswith(own_window(""))]
    assert len(topics) == 3  # of which only the last is a window that somebody has open
    assert len(set(topics)) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("on_redis")
def test_an_open_window_hears_what_its_file_has_done(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("df_websockets.tasks.call_task", lambda *call: None)  # there are no workers
    page = browser.get(PATH).content
    window = window_of_page(page, browser)

    @async_to_sync
    async def exchange() -> None:
        assert await window.open()
        assert await window.usable()
        await in_thread(upload, browser, {"phone": GOOD["phone"]}, key_of(page))
        signal, opts = await window.receive()
        assert (signal, opts["fields"]) == ("profile.saved", ["phone"])
        await window.leave()

    exchange()


def window_of_page(page: bytes, browser: Client) -> Any:
    return type(window_of(browser, PATH))(address_of(page), session=session_of(browser))


def test_a_redis_that_is_away_loses_nothing_that_was_saved(browser: Client, settings: Settings) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise ConnectionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("client.profile.views.trigger", away)
        assert upload(browser, {"notes": "kept"}).status_code == 200
    assert Profile.objects.get().notes == "kept"


def test_the_picture_is_the_users_own(browser: Client, ada: User) -> None:
    assert browser.get(PICTURE).status_code == 404
    Picture.objects.create(user=ada, moved_at=timezone.now(), png=b"\x89PNG")
    answer = browser.get(PICTURE)
    assert (answer.content, answer.headers["Content-Type"]) == (b"\x89PNG", "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
