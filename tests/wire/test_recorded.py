"""Messages of earlier releases stay readable: whoever breaks one breaks a client that is not yet updated."""

import json
from pathlib import Path

import pytest

from wire.decoding import Received, decode
from wire.tables import Table

RECORDED = sorted(Path(__file__).parent.glob("recorded/*.json"))
TABLES = {
    "users": Table("users", {"username": str, "first_name": str, "last_name": str, "email": str, "is_active": bool})
}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_message_means_what_it_meant(path: Path) -> None:
    record = json.loads(path.read_text())
    outcomes = list(decode(record["body"], TABLES))
    assert all(isinstance(outcome, Received) for outcome in outcomes)
    assert [
        [each.table, each.key, each.version, each.deleted, each.row] for each in outcomes if isinstance(each, Received)
    ] == record["means"]


def test_there_are_recorded_messages() -> None:
    assert len(RECORDED) >= 3
