"""The signals of the page, as a worker takes them up."""

from typing import Any

import pytest
from df_websockets import tasks
from df_websockets.decorators import REGISTERED_SIGNALS
from df_websockets.testing import SignalQueue
from prometheus_client import REGISTRY

from client.live.hearing import authorize
from client.live.serializing import serialize_topic
from client.profile.models import Picture, Profile, Saved
from client.profile.state import picture_topic, profile_topic
from client.users.models import User
from tests.client.people import a_replica, incoming, replicate
from tests.client.profile.conftest import Answers, Call, filled, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("count_in_redis")]

GOOD = {"display_name": " Ada ", "phone": "+44 20 7946 0018"}


def saved() -> dict[str, Any]:
    profile = Profile.objects.first() or Profile()
    return {name: getattr(profile, name) for name in ("display_name", "phone", "notes", "colour")}


def pushed(queue: SignalQueue, user: User) -> Answers:
    return list(queue.ws_signals.get(str(serialize_topic(None, profile_topic(user))), []))


def test_a_form_is_saved_answered_pushed_and_remembered(queue: SignalQueue, ada: User, call: Call) -> None:
    answers = call("profile.save", form=filled(**GOOD))
    assert ("html.text", {"selector": "#phone-error", "content": ""}) in answers
    assert answers[-1] == ("profile.answered", {"form": "contact", "saved": True})
    assert (saved()["display_name"], saved()["phone"]) == ("Ada", GOOD["phone"])
    ((signal, data),) = pushed(queue, ada)
    assert (signal, data["display_name"], data["saved"]) == ("profile.changed", "Ada", [])
    run(queue, "slow")  # the other handler of the same signal, when it comes to it
    (_, (_, data)) = pushed(queue, ada)
    assert [(each["fields"], each["how"]) for each in data["saved"]] == [(["display_name", "phone"], "page")]


def test_each_handler_of_a_save_runs_on_its_own_queue(queue: SignalQueue, call: Call) -> None:
    assert {each.queue for each in REGISTERED_SIGNALS["profile.saved"]} == {"fast", "slow"}
    call("profile.set_colour", colour="green")
    assert len(queue.python_signals["slow"]) == 1


def test_what_is_wrong_is_shown_beside_its_field_and_nothing_is_saved(queue: SignalQueue, call: Call) -> None:
    answers = call("profile.save", form=filled(display_name="Ada", phone="call me"))
    by_signal = {(signal, opts.get("selector")): opts for signal, opts in answers}
    assert "digits" in by_signal["html.text", "#phone-error"]["content"]
    assert by_signal["html.add_attribute", "#phone"]["attr_name"] == "aria-invalid"
    assert by_signal["html.remove_attr", "#display_name"]["attr_name"] == "aria-invalid"
    assert ("html.focus", "#phone") in by_signal
    assert answers[-1] == ("profile.answered", {"form": "contact", "saved": False})
    assert not Profile.objects.exists()
    assert "slow" not in queue.python_signals


@pytest.mark.parametrize("times", [1, 2])
def test_a_colour_is_answered_as_a_form_is_also_when_it_is_the_same(times: int, call: Call) -> None:
    for _ in range(times):
        answers = call("profile.set_colour", colour="green")
    assert answers == [("profile.answered", {"form": "colour", "saved": True, "value": "green"})]
    assert saved()["colour"] == "green"


def test_what_is_the_same_is_not_told_again(queue: SignalQueue, ada: User, call: Call) -> None:
    counted = REGISTRY.get_sample_value("profile_saved_total", {"how": "page"}) or 0
    for _ in range(2):
        call("profile.save_notes", form=filled(notes="one\ntwo"))
    assert saved()["notes"] == "one\ntwo"
    assert len(pushed(queue, ada)) == 1
    assert REGISTRY.get_sample_value("profile_saved_total", {"how": "page"}) == counted + 1


def test_a_save_writes_no_field_of_another_form(call: Call) -> None:
    call("profile.save_notes", form=filled(notes="kept"))
    call("profile.set_colour", colour="amber")
    call("profile.save", form=filled(**GOOD))
    assert saved() == {"display_name": "Ada", "phone": GOOD["phone"], "notes": "kept", "colour": "amber"}


@pytest.mark.parametrize(("value", "wrong"), [("call me", True), ("+44 20 7946 0018", False), ("  ", False)])
def test_a_field_is_checked_when_it_is_left(value: str, wrong: bool, call: Call) -> None:
    ((signal, told), (attribute, _)) = call("profile.check", field="phone", value=value)
    assert (signal, bool(told["content"])) == ("html.text", wrong)
    assert attribute == ("html.add_attribute" if wrong else "html.remove_attr")
    assert not Profile.objects.exists()


def test_what_is_discarded_gives_way_to_what_is_saved(call: Call) -> None:
    call("profile.save", form=filled(**GOOD))
    answers = dict(reversed(call("profile.discard")))
    values = {"display_name": "Ada", "phone": GOOD["phone"]}
    assert answers["html.forms.set"] == {"selector": "#contact", "values": filled(**values)}


@pytest.mark.parametrize(
    ("signal", "opts"),
    [
        ("profile.check", {"field": "notes", "value": "x"}),
        ("profile.check", {"field": ["phone"], "value": "x"}),
        ("profile.check", {"field": "phone", "value": "two\nlines"}),
        ("profile.check", {"field": "phone", "value": "x" * 201}),
        ("profile.set_colour", {"colour": "red"}),
        ("profile.set_colour", {"colour": {}}),
        ("profile.save", {"form": filled(display_name="Ada")}),
        ("profile.save", {"form": None}),
        ("profile.save_notes", {"form": filled(notes="x"), "user_pk": 1}),
        ("profile.saved", {"user_pk": 1, "fields": ["notes"], "how": "page"}),
        ("picture.draw", {"user_pk": 1, "run": "x"}),
    ],
)
def test_what_no_page_sends_changes_nothing(signal: str, opts: dict[str, Any], queue: SignalQueue, call: Call) -> None:
    assert call(signal, **opts) == []
    run(queue, "slow")
    assert not Profile.objects.exists()
    assert not Saved.objects.exists()


def test_nobody_else_hears_of_it(ada: User) -> None:
    eve = a_replica("eve")
    for topic in (profile_topic(ada), picture_topic(ada)):
        assert authorize(ada, topic)
        assert not authorize(eve, topic)
    ada.is_active = False
    assert not authorize(ada, profile_topic(ada))


def test_the_state_is_what_is_pushed(queue: SignalQueue, ada: User, call: Call) -> None:
    call("profile.set_colour", colour="green")
    ((_, state),) = call("profile.snapshot", ask=3)
    ((_, push),) = pushed(queue, ada)
    assert state == {**push, "ask": 3}


def test_a_deleted_user_leaves_nothing_and_his_late_signals_do_no_harm(
    queue: SignalQueue, ada: User, call: Call
) -> None:
    call("profile.set_colour", colour="green")
    run(queue, "slow")
    call("profile.set_colour", colour="amber")
    call("picture.begin")
    assert (Profile.objects.count(), Saved.objects.count(), Picture.objects.count()) == (1, 1, 1)
    replicate(incoming("ada", deleted=True))
    assert not User.objects.exists()
    run(queue, "slow")
    assert (Profile.objects.count(), Saved.objects.count(), Picture.objects.count()) == (0, 0, 0)


def test_its_signals_are_registered() -> None:
    tasks.import_signals_and_functions()
    assert {"profile.save", "profile.saved", "picture.draw"} <= set(REGISTERED_SIGNALS)
