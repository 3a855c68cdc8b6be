"""A repair that is cut between its commit and its telling is told by the next one."""

from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import Settings
from redis.exceptions import RedisError

from client.pull import repair as module
from client.pull import verify
from client.pull.models import Untold
from client.pull.repair import repair
from client.replication.announce import rows_applied
from client.replication.changes import RowChange
from client.users.models import User
from tests.client.people import replicate, uid_of
from tests.client.pull.fake_master import FakeMaster
from tests.client.pull.users import row
from tests.client.replication.listening import listening
from tests.client.replication.users import user

pytestmark = pytest.mark.django_db(transaction=True)

ADA, BOB = map(uid_of, ("ada", "bob"))
Told = list[tuple[str, str, bool]]


class KilledError(BaseException):
    """Stands for the end of the process."""


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "PAUSE_SECONDS", 0.0)


@pytest.fixture
def ada(master: FakeMaster) -> str:
    """Return the key of a user who is deactivated on master, and not here."""
    replicate(user(ADA, 5, "ada"))
    master.put(ADA, row("ada", is_active=False), 9)
    return ADA


def killed_after_the_commit(monkeypatch: pytest.MonkeyPatch, keys: list[str]) -> None:
    def die(*args: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(module, "announce", die)
        with pytest.raises(KilledError):
            repair("users", keys)


def told_by(*words: str) -> Told:
    """Run verify; return what it told: operation, key, whether it is told again."""
    told: list[RowChange] = []
    with listening(lambda sender, changes, **_: told.extend(changes), rows_applied):
        call_command("verify", "users", *words, stdout=StringIO())
    return [(each.op, each.key, each.repeated) for each in told]


def test_the_next_verify_tells_of_it_and_then_nobody_again(
    master: FakeMaster, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after_the_commit(monkeypatch, [ada])
    assert not User.objects.get(uid=ada).is_active
    assert told_by() == []
    assert told_by("--repair") == [("upsert", ada, True)]
    assert told_by("--repair") == []
    assert not Untold.objects.exists()


def test_a_deletion_is_told_as_well(master: FakeMaster, monkeypatch: pytest.MonkeyPatch) -> None:
    replicate(user(BOB, 5, "bob"))
    master.put(BOB, None, 9)
    killed_after_the_commit(monkeypatch, [BOB])
    assert told_by("--repair") == [("delete", BOB, True)]


def test_what_is_refused_now_is_told_when_it_can_be_had(
    master: FakeMaster, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_after_the_commit(monkeypatch, [ada])
    master.put(ada, row("x" * 151), 10)
    with pytest.raises(SystemExit):
        told_by("--repair")
    master.put(ada, row("augusta"), 11)
    assert (ada in [key for _, key, _ in told_by("--repair")], Untold.objects.exists()) == (True, False)


def test_who_asks_again_by_key_is_told_again(master: FakeMaster, ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_after_the_commit(monkeypatch, [ada])
    told: Told = []
    with listening(
        lambda sender, changes, **_: told.extend((each.op, each.key, each.repeated) for each in changes), rows_applied
    ):
        assert repair("users", [ada]).unchanged == 1
    assert told == [("upsert", ada, True)]


def test_nothing_is_written_while_nobody_can_be_told(master: FakeMaster, ada: str, settings: Settings) -> None:
    there, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1"
    with pytest.raises(RedisError):
        verify.verify("users", mend=True)
    assert User.objects.get(uid=ada).is_active
    settings.REDIS_URL = there
    assert told_by("--repair") == [("upsert", ada, False)]
