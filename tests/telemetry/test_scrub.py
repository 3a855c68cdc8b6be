"""What nobody may read in a log is not there, whoever says it."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.scrub import Scrubber
from tests.logged import flat, lines

DETAIL = 'duplicate key value violates "u"\nDETAIL:  Key (first_name)=(Ada "L" Lovelace) already exists.'
ROW = "null value\nDETAIL:  Failing row contains (7, ada, two\nlines, \\x00).\nCONTEXT:  SQL statement"

BLANK = "null value\nDETAIL:  Failing row contains (7, a note\n\nof several\nKEY: lines)."
STATEMENT = """column "x" does not exist
LINE 1: UPDATE users SET x = 'Ada "L" Lovelace' WHERE
   ^
HINT:  There is "y"."""


def scrubbed(text: str, *secrets: str) -> str:
    """Return what is left of a text in a line."""
    return str(json.loads(Scrubber(secrets)(json.dumps({"message": text})))["message"])


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("mail to ada@example.org failed", "mail to [hidden] failed"),
        ("to\nada@example.org\\bob@example.org\té@example.org", "to\n[hidden]\\[hidden]\t[hidden]"),
        ("Ada <ada.l+x@mail.example.co.uk>", "Ada <[hidden]>"),
        ("GET /accounts/link/?sesame=AAAbbb-_1&next=/", "GET /accounts/link/?sesame=[hidden]&next=/"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [hidden]"),
        ("no answer of redis://:hunter22@redis:6379/0", "no answer of redis://[hidden]@redis:6379/0"),
        ("postgres://ada:pass@db/x", "postgres://[hidden]@db/x"),
        ("password=hunter2 host=db", "password=[hidden] host=db"),
        (DETAIL, 'duplicate key value violates "u"\nDETAIL: [hidden]'),
        (ROW, "null value\nDETAIL: [hidden]\nCONTEXT:  SQL statement"),
        (f"{BLANK}\n\nThe above exception was", "null value\nDETAIL: [hidden]\n\nThe above exception was"),
        (STATEMENT, 'column "x" does not exist\nLINE 1: [hidden]\n   ^\nHINT:  There is "y".'),
        (
            'invalid input syntax for type uuid: "ada"\nCONTEXT:  x',
            "invalid input syntax for type uuid: [hidden]\nCONTEXT:  x",
        ),
        ('date/time field value out of range: "1815-13-10"', "date/time field value out of range: [hidden]"),
        ('bad JSON\nCONTEXT:  JSON data, line 1: {"name": "Ada"', "bad JSON\nCONTEXT:  JSON data, line 1: [hidden]"),
        (
            "KeyError in {'username': 'x', 'password': 'horse staple'}",
            "KeyError in {'username': 'x', 'password': '[hidden]'}",
        ),
        ('said {"token": "abc", "n": 1}', 'said {"token": "[hidden]", "n": 1}'),
        ("worker-fast@host ready.", "worker-fast@host ready."),
        ("12 rows of users/0b9c at version 7", "12 rows of users/0b9c at version 7"),
    ],
)
def test_it_hides_what_looks_like_it(said: str, left: str) -> None:
    assert scrubbed(said) == left


PIECES = (
    "ada@example.org",
    "token=abc",
    "DETAIL:",
    "://a:b@",
    "\n\n",
    "\nCONTEXT:",
    "\\",
    '"',
    "\u2028",
    "é",
    "n",
    "secret-1",
)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12))
def test_a_line_stays_a_line_of_json(pieces: list[str]) -> None:
    left = scrubbed("".join(pieces), "secret-1")
    assert "ada@example.org" not in left


def test_it_hides_secrets_wherever_they_stand_and_the_longer_one_first() -> None:
    assert scrubbed('it is "se\\cret-1-more", not "se\\cret-1"', "se\\cret-1", "se\\cret-1-more", "") == (
        'it is "[hidden]", not "[hidden]"'
    )


def raise_from_another() -> None:
    """Fail of a failure, as what is wrapped by Django or by us does."""
    try:
        raise KeyError("only-for-tests of ada@example.org")
    except KeyError as error:
        raise ValueError(DETAIL) from error


def test_a_traceback_tells_where_and_not_what() -> None:
    with lines(secrets=("only-for-tests",)) as said:
        try:
            raise_from_another()
        except ValueError:
            logging.getLogger("client").exception("failed")
    fields = flat(said[0])
    assert fields["error.message"] == 'duplicate key value violates "u"\nDETAIL: [hidden]'
    trace = fields["error.stack_trace"]
    assert "in test_a_traceback" in trace
    assert "KeyError: '[hidden] of [hidden]'\n\nThe above exception was the direct cause" in trace
    assert trace.endswith('ValueError: duplicate key value violates "u"\nDETAIL: [hidden]')
