"""The quick form is the one that boto3 would have made."""

from typing import Any
from urllib.parse import urlencode

from hypothesis import example, given
from hypothesis import strategies as st

from master.sns.form import encode_form

WORDS = st.text(st.one_of(st.characters(codec="ascii"), st.characters(codec="utf-8")))


@given(st.dictionaries(WORDS, WORDS | st.integers()))
@example({"a b": "".join(map(chr, range(128))), "%25": "100 % +é🚀"})
def test_it_equals_urlencode(form: dict[str, object]) -> None:
    params: dict[str, Any] = {"body": dict(form)}
    encode_form(params)
    assert params["body"] == urlencode(form)


def test_a_body_that_is_encoded_already_is_left_alone() -> None:
    params = {"body": b"{}"}
    encode_form(params)
    assert params["body"] == b"{}"
