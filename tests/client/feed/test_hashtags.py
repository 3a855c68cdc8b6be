"""Hashtags: of every script, without differences of case, and nothing that only looks like one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.feed.hashtags import fold, hashtag, hashtags


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("", []),
        ("no tag", []),
        ("#one", ["one"]),
        ("two: #a, #b.", ["a", "b"]),
        ("#a#b", ["a"]),
        ("again #A #a", ["a"]),
        ("(#in) [#brackets]\n#line", ["in", "brackets", "line"]),
        ("#snake_case #2026 #a1", ["snake_case", "2026", "a1"]),
        ("#dash-ed #dot.ted", ["dash", "dot"]),
        ("# alone ## #_ #! #️⃣", []),
        ("mail#not &#39; /#not https://example.org/a#not", []),
        ("##twice", ["twice"]),
        ("#Straße #STRASSE", ["strasse"]),
        ("#Ελλάς #ΕΛΛΆΣ", ["ελλάσ"]),
        ("#日本語 \uff03全角", ["日本語", "全角"]),
        ("#हिन्दी #தமிழ் #ไทย", ["हिन्दी", "தமிழ்", "ไทย"]),
        ("#می‌خواهم", ["می‌خواهم"]),
        ("#Cafe\u0301 #café", ["café"]),
        ("#ﬁne #FINE", ["fine"]),
        ("#İstanbul", [fold("İstanbul")]),
        ("#🎉 #party🎉", ["party"]),
    ],
)
def test_they_are_found(body: str, found: list[str]) -> None:
    assert hashtags(body) == frozenset(found)


@pytest.mark.parametrize(
    ("text", "tag"),
    [("Cats", "cats"), ("#Cats", "cats"), ("\uff03Cats", "cats"), ("STRAẞE", "strasse"), ("हिन्दी", "हिन्दी")],
)
def test_one_is_named_with_or_without_its_sign(text: str, tag: str) -> None:
    assert hashtag(text) == tag


@pytest.mark.parametrize("text", ["", "#", "##a", "a b", "a-b", "#a#b", "_", "🎉", "a\0"])
def test_what_is_none_is_none(text: str) -> None:
    assert hashtag(text) is None


@given(st.text(max_size=40))
def test_what_is_found_in_a_text_can_be_followed(text: str) -> None:
    for tag in hashtags(text):
        assert hashtag(tag) == hashtag(f"#{tag}") == tag
        assert hashtags(f"x #{tag} x") == {tag}


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=20))
def test_case_and_composition_make_no_difference(text: str) -> None:
    for other in (text.swapcase(), unicodedata.normalize("NFD", text)):
        if fold(other) == fold(text):  # a few letters have a capital that folds to another letter
            assert hashtags(f"#{other}") == hashtags(f"#{text}")
