"""Answers of the pull API: whole, or known to be cut off."""

from collections.abc import Iterable

import msgspec
import pytest

from wire.decoding import Refused, State
from wire.events import Change
from wire.snapshot import Answer, BucketDigest, CutOffError, End, RowDigest, decode_lines, decode_states, encode_line
from wire.tables import Table

USERS = Table("users", {"username": str})


def upsert(key: str, row: str = '{"username":"ada"}', table: str = "users") -> bytes:
    return encode_line(Change(table=table, key=key, version=7, op="upsert", row=msgspec.Raw(row.encode())))


def test_an_answer_yields_its_lines_and_tells_where_the_next_page_begins() -> None:
    answer = Answer([upsert("a"), upsert("b"), encode_line(End(count=2, next="b"))])
    assert list(answer) == [upsert("a"), upsert("b")]
    assert answer.end == End(count=2, next="b")


def test_an_empty_answer_is_its_last_line() -> None:
    answer = Answer([encode_line(End(count=0))])
    assert list(answer) == []
    assert answer.end == End(count=0)


@pytest.mark.parametrize(
    "lines", [[], [upsert("a")], [upsert("a"), encode_line(End(count=2))], [b'{"cou'], [b"<html>"]]
)
def test_an_answer_without_its_end_was_cut_off(lines: Iterable[bytes]) -> None:
    answer = Answer(lines)
    with pytest.raises(CutOffError):
        list(answer)
    assert answer.end is None


def test_states_are_read_and_a_bad_line_hides_no_good_one() -> None:
    gone = encode_line(Change(table="users", key="b", version=8, op="delete"))
    lines = [upsert("a"), upsert("c", '{"username":7}'), b"{", upsert("d", table="things"), gone]
    ada, wrong_type, cut, foreign, deleted = decode_states(lines, USERS)
    assert ada == State(table="users", key="a", version=7, deleted=False, row={"username": "ada"})
    assert deleted == State(table="users", key="b", version=8, deleted=True, row={})
    assert [type(each) for each in (wrong_type, cut, foreign)] == [Refused] * 3
    assert isinstance(wrong_type, Refused)
    assert "$.data.row.username" in wrong_type.reason


def test_digests_survive_the_way() -> None:
    bucket = BucketDigest(bucket=1023, count=3, digest="00ff00ff00ff00ff")
    row = RowDigest(key="a", digest="0000000000000001")
    assert list(decode_lines([encode_line(bucket)], BucketDigest)) == [bucket]
    assert list(decode_lines([encode_line(row)], RowDigest)) == [row]
