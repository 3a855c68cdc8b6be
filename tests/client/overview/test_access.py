"""Who may hear the topic of the page at its socket."""

import pytest
from asgiref.sync import async_to_sync

from client.live.push import push
from client.live.topics import REPLICATION
from client.overview.telling import push_overview
from client.users.models import User
from tests.client.live.windows import in_thread, window_of
from tests.client.overview.people import PATH, signed_in, staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]


def test_staff_hear_and_are_closed_out_when_they_are_staff_no_more() -> None:
    user = staff()
    window = window_of(signed_in(user), PATH)

    def dismiss() -> None:
        user.is_staff = False
        user.save(update_fields=["is_staff"])

    @async_to_sync
    async def run() -> None:
        assert await window.open()
        await in_thread(push_overview)
        assert (await window.receive())[0] == "replication.changed"
        await in_thread(dismiss)
        assert await window.close_code() == 4408
        await in_thread(push, REPLICATION, "replication.changed")
        assert await window.silent()
        await window.leave()

    run()


def test_a_key_from_before_opens_nothing() -> None:
    window = window_of(signed_in(staff()), PATH)
    User.objects.update(is_staff=False)

    @async_to_sync
    async def run() -> int:
        assert await window.open()
        code = await window.close_code()
        await window.leave()
        return code

    assert run() == 4408
