"""The users who were read last."""

from client.live.known import MOST, SECONDS, KnownUsers


def test_a_user_is_known_for_seconds() -> None:
    users = KnownUsers()
    users.put("1", "ada", 100)
    assert users.get("1", 100 + SECONDS - 0.1) == "ada"
    assert users.get("1", 100 + SECONDS) is None
    assert users.get("2", 100) is None


def test_the_newest_users_are_known_and_no_more_than_some() -> None:
    users = KnownUsers()
    for pk in range(MOST + 1):
        users.put(str(pk), pk, 0)
        users.put("0", 0, 0)
    assert [users.get(str(pk), 0) for pk in (0, 1, 2, MOST)] == [0, None, 2, MOST]


def test_all_are_forgotten_at_once() -> None:
    users = KnownUsers()
    users.put("1", "ada", 0)
    users.forget()
    assert users.get("1", 0) is None
