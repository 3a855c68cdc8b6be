"""A right token is always taken; whoever sends wrong ones has to wait, and whoever sends none has not guessed."""

import pytest

from telemetry.tokens import WrongTokens, given_token

RIGHT, OTHER, WRONG = "r" * 32, "o" * 32, "w" * 32
HERE, THERE = "192.0.2.1", "192.0.2.2"


def waited(known: WrongTokens, token: str, address: str = HERE) -> int | None:
    return known.wait(f"Bearer {token}", [OTHER, RIGHT], address)


def test_after_ten_wrong_ones_an_address_waits_and_a_right_one_is_taken_all_the_same() -> None:
    known = WrongTokens()
    assert [waited(known, WRONG) for _ in range(10)] == [0] * 10
    assert 1 <= (waited(known, WRONG) or 0) <= 6
    assert waited(known, RIGHT) is None
    assert waited(known, WRONG, THERE) == 0
    known.forget()
    assert waited(known, WRONG) == 0


def test_who_sends_none_never_waits() -> None:
    known = WrongTokens()
    assert [known.wait("", [RIGHT], HERE) for _ in range(12)] == [0] * 12


@pytest.mark.parametrize("header", ["", "Bearer ", f"Bearer {WRONG}"])
def test_nothing_opens_what_has_no_token(header: str) -> None:
    assert WrongTokens().wait(header, [], HERE) == 0


@pytest.mark.parametrize(
    ("header", "token"),
    [(f"bearer  {RIGHT} ", RIGHT), (f"Basic {RIGHT}", ""), ("Bearer", ""), ("", ""), ("Bearer é", "é")],
)
def test_what_a_header_carries(header: str, token: str) -> None:
    assert given_token(header) == token
    assert WrongTokens().wait(header, [RIGHT], HERE) == (None if token == RIGHT else 0)
