"""Verify of a table whose rows are deactivated where master deletes them."""

import pytest

from client.pull import verify
from client.pull.compare import Difference
from tests.client.pull.behind import behind_replication
from tests.client.pull.fake_master import FakeMaster
from tests.client.replication.things import apply_things, gone, held, thing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "PAUSE_SECONDS", 0.0)


@pytest.fixture
def things(master: FakeMaster) -> FakeMaster:
    """Return a master that has twenty things, of which the client holds every one, and has deleted one more."""
    master.table, master.fields = "things", ("name", "is_active")
    for code in range(1, 21):
        master.put(str(code), {"name": f"thing {code}", "is_active": True}, code)
        apply_things(thing(code, code, name=f"thing {code}"))
    apply_things(thing(21, 21, name="thing 21"))
    master.put("21", None, 22)
    apply_things(gone(21, 22))
    return master


def test_a_row_that_is_deactivated_is_gone(things: FakeMaster) -> None:
    outcome = verify.verify("things")
    assert (outcome.equal, outcome.compared) == (True, 20)


def test_a_row_that_is_gone_and_active_again_is_one_too_many(things: FakeMaster) -> None:
    behind_replication("UPDATE things_thing SET is_active = true WHERE code = 21")
    shown: list[Difference] = []
    assert verify.verify("things", mend=True, show=shown.append).equal
    assert [(each.kind, each.key) for each in shown] == [("extra", "21")]
    assert not held(21).is_active
    assert verify.verify("things").equal
