"""The long job: one at a time, visible, cancelled cleanly, begun again when its worker died."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from df_websockets.testing import SignalQueue
from django.utils import timezone
from prometheus_client import REGISTRY

from client.live.serializing import serialize_topic
from client.profile import drawing, julia
from client.profile.models import Phase, Picture
from client.profile.state import picture_shown, picture_topic
from client.users.models import User
from tests.client.profile.conftest import Call, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("count_in_redis")]

HEIGHT = 4


@pytest.fixture(autouse=True)
def _news_of_every_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "EVERY", 0)


def rows() -> Iterator[bytes]:
    return julia.rows("ada", size=HEIGHT)


def draw(user: User, run: uuid.UUID, heard: list[int] | None = None) -> str:
    """Draw, and note how far it was whenever there was news."""
    news = [] if heard is None else heard
    return drawing.draw(
        user.pk, run, rows(), HEIGHT, "blue", tell=lambda: news.append(Picture.objects.get(pk=user.pk).done)
    )


def begun(user: User) -> uuid.UUID:
    """Begin, and return the run."""
    run = drawing.begin(user.pk)
    assert run
    return run


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("profile_pictures_total", {"outcome": outcome}) or 0


def test_it_is_drawn_and_tells_how_far_it_is(ada: User) -> None:
    before = counted("drawn")
    run, heard = begun(ada), list[int]()
    assert draw(ada, run, heard) == "drawn"
    assert heard == [0, 25, 50, 75, 100, 100]
    picture = Picture.objects.get(pk=ada.pk)
    assert (picture.phase, picture.drawn) == (Phase.DONE, run)
    assert bytes(picture.png or b"").startswith(b"\x89PNG")
    assert counted("drawn") == before + 1


def test_there_is_one_at_a_time(ada: User) -> None:
    run = begun(ada)
    assert drawing.begin(ada.pk) is None
    Picture.objects.update(phase=Phase.DRAWING)
    assert drawing.begin(ada.pk) is None
    draw(ada, run)
    assert drawing.begin(ada.pk) is not None


@pytest.mark.parametrize(
    ("phase", "quiet"), [(Phase.DRAWING, drawing.DRAWN_WITHIN), (Phase.WAITING, drawing.TAKEN_WITHIN)]
)
def test_one_that_has_stalled_is_begun_again_and_the_old_worker_gives_up(
    phase: Phase, quiet: timedelta, ada: User
) -> None:
    old = begun(ada)
    Picture.objects.update(phase=phase, moved_at=timezone.now() - quiet)
    shown = picture_shown(ada.pk)
    assert shown["ago"] >= shown["patience"] == quiet.total_seconds() * 1000
    new = begun(ada)
    assert draw(ada, old) == "overtaken"
    assert draw(ada, new) == "drawn"


def test_it_is_cancelled_before_a_worker_takes_it(ada: User) -> None:
    run = begun(ada)
    assert drawing.cancel(ada.pk)
    assert not drawing.cancel(ada.pk)
    assert draw(ada, run) == "overtaken"
    assert Picture.objects.get().phase == Phase.CANCELLED


def test_it_is_cancelled_in_the_midst_and_keeps_the_picture_that_was_there(ada: User) -> None:
    first = begun(ada)
    draw(ada, first)
    run, news = begun(ada), list[int]()

    def tell() -> None:
        news.append(Picture.objects.get().done)
        if news[-1] == 50:
            drawing.cancel(ada.pk)

    assert drawing.draw(ada.pk, run, rows(), HEIGHT, "blue", tell=tell) == "cancelled"
    assert news == [0, 25, 50]
    picture = Picture.objects.get()
    assert (picture.phase, picture.done, picture.drawn) == (Phase.CANCELLED, 50, first)


def test_one_that_fails_says_so(ada: User) -> None:
    def broken() -> Iterator[bytes]:
        yield b"0000"
        raise ZeroDivisionError

    run = begun(ada)
    with pytest.raises(ZeroDivisionError):
        drawing.draw(ada.pk, run, broken(), HEIGHT, "blue", tell=lambda: None)
    assert Picture.objects.get().phase == Phase.FAILED
    assert drawing.begin(ada.pk) is not None


def test_a_click_has_it_drawn_on_the_slow_queue_and_each_step_is_pushed(
    queue: SignalQueue, ada: User, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(julia, "SIZE", HEIGHT)
    monkeypatch.setattr("client.profile.julia.rows.__kwdefaults__", {"size": HEIGHT})
    call("picture.begin")
    call("picture.begin")
    assert len(queue.python_signals["slow"]) == 1
    run(queue, "slow")
    pushes = [data for _, data in queue.ws_signals[str(serialize_topic(None, picture_topic(ada)))]]
    assert [(push["phase"], push["done"]) for push in pushes] == [
        ("waiting", 0),
        *(("drawing", done) for done in (0, 25, 50, 75, 100)),
        ("done", 100),
    ]
    ((_, state),) = call("picture.snapshot", ask=1)
    assert (state["phase"], state["src"]) == ("done", f"/profile/picture?drawn={Picture.objects.get().drawn}")


def test_a_broker_that_is_away_fails_it_at_once(
    queue: SignalQueue, ada: User, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise ConnectionError

    monkeypatch.setattr("client.profile.signals.trigger", away)
    call("picture.begin")
    assert picture_shown(ada.pk)["phase"] == "failed"


def test_the_page_cancels(queue: SignalQueue, ada: User, call: Call) -> None:
    call("picture.begin")
    call("picture.cancel")
    assert Picture.objects.get().phase == Phase.CANCELLED
    assert queue.ws_signals[str(serialize_topic(None, picture_topic(ada)))][-1][1]["phase"] == "cancelled"
