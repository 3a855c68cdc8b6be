"""Windows of those who may no longer listen: signed out, or without a permission that a topic needs."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import Group, Permission
from django.test import Client

from client.live import hub as hubs
from client.live import judging
from client.live.hub import Hub
from client.live.push import push
from client.live.revoke import close_windows
from client.live.topics import DIRECTORY, DIRECTORY_WITH_EMAIL
from client.users.models import User
from tests.client.live.windows import Window, in_thread, window_of
from tests.client.people import a_replica, incoming, replicate

SOON = 2.0  # seconds in which whoever may not listen any more does not

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_redis")]


def signed_in(user: User) -> Client:
    """Return a browser in which a user is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def view_user(transactional_db: None) -> Permission:
    """Return the permission that the topic with e-mail addresses needs."""
    return Permission.objects.get(codename="view_user")


@pytest.fixture
def eve(view_user: Permission) -> User:
    """Return a user who may see e-mail addresses."""
    eve = a_replica("eve")
    eve.user_permissions.add(view_user)
    return eve


def code_for(window: Window) -> int:
    """Open a window that is not let in; return the code with which it is closed."""

    @async_to_sync
    async def run() -> int:
        assert await window.open()
        code = await window.close_code()
        await window.leave()
        return code

    return run()


def code_after(window: Window, action: Callable[[], object], *, told: bool = False) -> int:
    """Open a window and act; return the code with which it is closed then, at once or after it was told of it."""

    @async_to_sync
    async def run() -> int:
        assert await window.open()
        await in_thread(action)
        async with asyncio.timeout(SOON):
            code = await (window.code_after_all() if told else window.close_code())
        await in_thread(replicate, incoming("ada", email="secret@example.org"), told=True)
        assert await window.silent()
        await window.leave()
        return code

    return run()


def test_a_key_from_before_a_permission_was_withdrawn_opens_nothing(eve: User) -> None:
    window = window_of(signed_in(eve), "/directory/")
    eve.user_permissions.clear()
    assert code_for(window) == 4408


def test_a_permission_withdrawn_while_the_socket_opens_is_seen(eve: User, monkeypatch: pytest.MonkeyPatch) -> None:
    window, join = window_of(signed_in(eve), "/directory/"), Hub.join

    async def withdraw_and_join(hub: Hub, *arguments: Any) -> None:
        await in_thread(User.user_permissions.through.objects.all().delete)  # of which nobody is told
        await join(hub, *arguments)

    monkeypatch.setattr(Hub, "join", withdraw_and_join)
    assert code_for(window) == 4408


@pytest.mark.parametrize(
    "withdraw",
    [
        lambda eve, allowed: eve.user_permissions.clear(),
        lambda eve, allowed: allowed.user_set.remove(eve),
        lambda eve, allowed: allowed.delete(),
    ],
    ids=["cleared", "removed", "deleted"],
)
def test_an_open_window_closes_when_the_permission_is_withdrawn(
    eve: User, view_user: Permission, withdraw: Callable[[User, Permission], object]
) -> None:
    assert code_after(window_of(signed_in(eve), "/directory/"), lambda: withdraw(eve, view_user)) == 4408


@pytest.mark.parametrize(
    "withdraw",
    [
        lambda eve, group: eve.groups.clear(),
        lambda eve, group: group.user_set.remove(eve),
        lambda eve, group: group.permissions.clear(),
        lambda eve, group: group.delete(),
    ],
    ids=["user left", "user removed", "permission taken from the group", "group deleted"],
)
def test_an_open_window_closes_when_a_group_gives_the_permission_no_more(
    view_user: Permission, withdraw: Callable[[User, Group], object]
) -> None:
    member, group = a_replica("eve"), Group.objects.create(name="clerks")
    group.permissions.add(view_user)
    member.groups.add(group)
    assert code_after(window_of(signed_in(member), "/directory/"), lambda: withdraw(member, group)) == 4408


@pytest.mark.parametrize("fields", [None, ["is_superuser"]])
def test_an_open_window_closes_when_its_user_is_no_superuser_any_more(fields: list[str] | None) -> None:
    root = User.objects.create_superuser("root")
    window = window_of(signed_in(root), "/directory/")
    root.is_superuser = False
    assert code_after(window, lambda: root.save(update_fields=fields)) == 4408


def another_password(user: User) -> None:
    """Save a user with another password."""
    user.set_password("another")
    user.save(update_fields=["password"])


def deactivated(user: User) -> None:
    """Save a user as not active."""
    user.is_active = False
    user.save()


@pytest.mark.parametrize(
    "end",
    [
        lambda user: another_password(user),
        lambda user: User.objects.get(pk=user.pk).delete(),
        lambda user: deactivated(user),
    ],
    ids=["password", "deleted", "deactivated"],
)
def test_an_open_window_of_a_local_user_closes_when_he_may_not_be_signed_in(end: Callable[[User], object]) -> None:
    local = User.objects.create_user("local")
    assert code_after(window_of(signed_in(local)), lambda: end(local), told=True) == 4401


@pytest.mark.parametrize("change", [{"is_active": False}, {"deleted": True}], ids=["deactivated", "deleted"])
def test_an_open_window_closes_when_replication_ends_its_user(change: dict[str, Any]) -> None:
    window = window_of(signed_in(a_replica("bob")))
    assert code_after(window, lambda: replicate(incoming("bob", **change), told=True), told=True) == 4401


def test_a_window_that_opens_while_its_user_is_ended_is_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its user's key is known only when it was judged: a call to close his windows comes before."""
    bob, judge, judged = a_replica("bob"), judging.judge_now, []
    window = window_of(signed_in(bob))

    def judge_and_end(claims: Sequence[judging.Claim]) -> list[judging.Judgement]:
        found = judge(claims)
        judged.append(found)
        if len(judged) == 1:
            replicate(incoming("bob", is_active=False), told=True)
            hub = hubs._hub
            assert hub
            asyncio.run_coroutine_threadsafe(heard_of_it(hub), hub.loop).result(5)
        return found

    monkeypatch.setattr(judging, "judge_now", judge_and_end)
    assert code_for(window) == 4401
    assert [each.code for (each,) in judged] == [None, 4401]


async def heard_of_it(hub: hubs.Hub) -> None:
    """Wait until a hub has heard of a revocation."""
    while not hub.revocations:  # noqa: ASYNC110 - the hub tells nobody
        await asyncio.sleep(0.01)


def test_windows_that_may_hear_their_topics_stay_when_permissions_change(eve: User, view_user: Permission) -> None:
    other = a_replica("other")
    other.user_permissions.add(view_user)
    allowed, reader = window_of(signed_in(eve), "/directory/"), window_of(signed_in(a_replica("ada")), "/directory/")

    @async_to_sync
    async def run() -> None:
        for each in (allowed, reader):
            assert await each.open()
        await in_thread(other.user_permissions.clear)
        await in_thread(push, DIRECTORY_WITH_EMAIL, "test.told")
        await in_thread(push, DIRECTORY, "test.told")
        assert [(await each.receive())[0] for each in (allowed, reader)] == ["test.told", "test.told"]
        for each in (allowed, reader):
            await each.leave()

    run()


def test_who_opens_a_socket_in_the_middle_of_his_sign_out_is_not_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    browser, codes = signed_in(a_replica("ada")), []
    window = window_of(browser)

    def close_then_open_another(groups: Collection[str]) -> None:
        close_windows(groups)
        codes.append(code_for(window))

    monkeypatch.setattr("client.live.receivers.close_windows", close_then_open_another)
    assert browser.post("/accounts/logout/").status_code == 302
    assert codes == [4401]
