"""Names of channels that PostgreSQL would refuse, or cut off, are refused with a sentence."""

import pytest
from django.db import connection

from master.pg_notify import notify
from master.pg_notify.listener import Listener
from master.pg_notify.names import checked_channel
from stack.waiting import wait_until
from tests.master.pg_notify.conftest import Listening

LONG = ["x" * 64, "é" * 32, "🚀" * 16]
LONGEST = ["x" * 63, "é" * 31, "🚀" * 15 + "xyz"]


@pytest.mark.parametrize("channel", [*LONG, ""])
def test_a_name_has_1_to_63_bytes(channel: str) -> None:
    length = len(channel.encode())
    with pytest.raises(ValueError, match=rf"has 1 to 63 bytes in UTF-8, and this one {length}:"):
        checked_channel(channel)


def test_a_name_has_no_nul() -> None:
    with pytest.raises(ValueError, match="holds no NUL"):
        checked_channel("a\0b")


@pytest.mark.django_db
@pytest.mark.parametrize("channel", [*LONG, "", "a\0b"])
def test_a_wrong_name_is_refused_by_both_sides_before_it_spoils_the_transaction(channel: str) -> None:
    for use in (notify, Listener):
        with pytest.raises(ValueError, match="a channel's name h"):
            use(channel)
    assert connection.is_usable()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("channel", LONGEST)
def test_the_longest_name_is_heard(listening: Listening, channel: str) -> None:
    with listening(channel) as heard:
        notify(channel[:-1], "not for us")
        notify(channel, "for us")
        notify(channel, "end")
        assert wait_until(lambda: "end" in heard, seconds=5)
    assert heard == ["for us", "end"]
