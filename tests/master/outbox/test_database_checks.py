"""What is wrong in the database is found, named, and told how to mend."""

import re
from collections.abc import Iterator

import pgtrigger
import pytest
from django.core.checks import CheckMessage, run_checks
from django.core.management import call_command
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st
from psycopg import IsolationLevel

from master.outbox.checks import check_isolation
from master.outbox.database_checks import check_default_isolation, check_enrolment, check_triggers
from master.outbox.declare import Replicated, registry
from master.outbox.installed import Installed, Wanted, differences
from master.outbox.models import OutboxRow
from master.outbox.publisher import publish_pending
from master.outbox.triggers import Capture
from master.users.models import User
from tests.master.database import another_connection, sql
from tests.master.outbox.fakes import FakeSns
from tests.master.people import made_user, made_users
from tests.master.starting import database_url_of_the_test, production, ran

DEFAULT = ["default"]
UPDATE_TRIGGER = "pgtrigger_capture_update_d0416"


def found(messages: list[CheckMessage]) -> list[tuple[str | None, str]]:
    return [(each.id, each.msg) for each in messages]


@pytest.mark.django_db
def test_a_migrated_database_is_in_order() -> None:
    assert check_triggers(None, databases=DEFAULT) == []
    assert check_enrolment(None, databases=DEFAULT) == []
    assert check_default_isolation(None, databases=DEFAULT) == []


@pytest.mark.parametrize("databases", [None, [], ["another"]])
def test_without_being_asked_nobody_speaks_to_the_database(databases: list[str] | None) -> None:
    for check in (check_triggers, check_enrolment, check_default_isolation):
        assert check(None, databases=databases) == []


@pytest.mark.django_db
def test_django_runs_these_checks_for_a_database() -> None:
    sql(f"DROP TRIGGER {UPDATE_TRIGGER} ON users_user")
    assert "outbox.E006" not in {each.id for each in run_checks()}
    assert "outbox.E006" in {each.id for each in run_checks(databases=DEFAULT)}


@pytest.mark.django_db
def test_a_missing_trigger_is_named_and_comes_back_by_what_the_hint_says() -> None:
    sql(f"DROP TRIGGER {UPDATE_TRIGGER} ON users_user")
    (error,) = check_triggers(None, databases=DEFAULT)
    assert found([error]) == [
        ("outbox.E006", f"Trigger {UPDATE_TRIGGER} of table users_user is missing: changes are not captured.")
    ]
    assert "python -m master migrate users`" in str(error.hint)
    assert "`enrol users` and `republish users`" in str(error.hint)
    command = re.search(r"pgtrigger install (\S+)`", str(error.hint))
    assert command
    call_command("pgtrigger", "install", command[1])
    assert check_triggers(None, databases=DEFAULT) == []


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["DISABLE", "ENABLE REPLICA"])
def test_a_trigger_that_is_switched_off_is_named_and_comes_back_by_what_the_hint_says(mode: str) -> None:
    sql(f"ALTER TABLE users_user {mode} TRIGGER {UPDATE_TRIGGER}")
    (error,) = check_triggers(None, databases=DEFAULT)
    assert found([error]) == [
        ("outbox.E008", f"Trigger {UPDATE_TRIGGER} of table users_user is switched off: changes are not captured.")
    ]
    command = re.search(r"pgtrigger enable (\S+)`", str(error.hint))
    assert command
    call_command("pgtrigger", "enable", command[1])
    assert check_triggers(None, databases=DEFAULT) == []


@pytest.mark.django_db
def test_a_declaration_that_was_changed_without_a_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = Replicated(table="users", model=User, key="uid", fields=("username",), only=registry["users"].only)
    for model, trigger in pgtrigger.registered():
        if model._meta.label == "users.User" and isinstance(trigger, Capture):
            monkeypatch.setattr(trigger, "declared", changed)
    (error,) = check_triggers(None, databases=DEFAULT)
    assert found([error]) == [
        (
            "outbox.E007",
            f"Trigger {UPDATE_TRIGGER} of table users_user is not as declared: "
            "it was installed for another declaration.",
        )
    ]
    assert "python -m master makemigrations users`" in str(error.hint)


@pytest.mark.django_db
def test_a_function_that_was_replaced_under_its_trigger_is_found_and_comes_back_by_what_the_hint_says() -> None:
    sql(f"CREATE OR REPLACE FUNCTION {UPDATE_TRIGGER}() RETURNS TRIGGER AS 'BEGIN RETURN NULL; END' LANGUAGE plpgsql")
    (error,) = check_triggers(None, databases=DEFAULT)
    assert error.id == "outbox.E007"
    install = re.search(r"python -m master (pgtrigger install [^`]+)`", str(error.hint))
    assert install
    call_command(*install[1].split())
    assert check_triggers(None, databases=DEFAULT) == []


@pytest.mark.django_db
def test_triggers_of_a_table_that_is_declared_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(registry, "users")
    errors = check_triggers(None, databases=DEFAULT)
    assert {each.id for each in errors} == {"outbox.E009"}
    assert len(errors) == 4
    for error in errors:
        drop = re.search(r"DROP TRIGGER \w+ ON \w+", str(error.hint))
        assert drop
        sql(drop[0])
    assert check_triggers(None, databases=DEFAULT) == []


@pytest.mark.django_db
def test_of_a_model_whose_table_is_not_there_the_triggers_are_missing_and_no_row_is_counted() -> None:
    sql("ALTER TABLE users_user RENAME TO nobody")
    named = [(each.id, str(each.msg).split()[4]) for each in check_triggers(None, databases=DEFAULT)]
    assert sorted(named) == [("outbox.E006", "users_user")] * 4 + [("outbox.E009", "nobody")] * 4
    assert check_enrolment(None, databases=DEFAULT) == []


PLACES = st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["x", "y"]))
ONE_OF_TWO = st.sampled_from(["1", "2"])
WANTED = st.builds(Wanted, declared=st.just(None), uri=st.just(""), hash=ONE_OF_TWO, body=ONE_OF_TWO)
INSTALLED = st.builds(Installed, hash=ONE_OF_TWO, body=ONE_OF_TWO, enabled=st.booleans())


@given(st.dictionaries(PLACES, WANTED), st.dictionaries(PLACES, INSTALLED))
def test_a_trigger_is_in_order_if_it_is_wanted_there_as_wanted_and_switched_on(
    wanted: dict[tuple[str, str], Wanted], installed: dict[tuple[str, str], Installed]
) -> None:
    wrong = {each.place for each in differences(wanted, installed)}
    right = {
        place
        for place in wanted.keys() & installed.keys()
        if installed[place] == Installed(hash=wanted[place].hash, body=wanted[place].body, enabled=True)
    }
    assert wrong == (wanted.keys() | installed.keys()) - right


@pytest.mark.django_db
def test_rows_that_no_client_has_heard_of_are_counted() -> None:
    users = made_users(3)
    made_user("root", is_staff=True)
    OutboxRow.objects.exclude(key=users[0].uid).delete()
    (warning,) = check_enrolment(None, databases=DEFAULT)
    assert found([warning]) == [
        ("outbox.W001", "2 rows of users are not in the outbox: no client hears of them until they change.")
    ]
    assert warning.hint == "Run `python -m master enrol users`."
    call_command("enrol", "users")
    assert check_enrolment(None, databases=DEFAULT) == []


@pytest.mark.django_db
def test_a_wrong_declaration_is_left_to_the_check_of_declarations(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Replicated(table="wrong", model=User, key="nothing", fields=(), only=registry["users"].only)
    monkeypatch.setitem(registry, "wrong", wrong)
    assert check_enrolment(None, databases=DEFAULT) == []


@pytest.fixture
def isolation() -> Iterator[None]:
    """Let a test change how transactions of new sessions begin."""
    yield
    sql("RESET default_transaction_isolation")


@pytest.mark.django_db
@pytest.mark.usefixtures("isolation")
@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_a_database_whose_transactions_would_fail_beside_the_publisher_is_refused(level: str) -> None:
    sql(f"SET default_transaction_isolation = '{level}'")
    (error,) = check_default_isolation(None, databases=DEFAULT)
    assert error.id == "outbox.E005"
    assert f"default_transaction_isolation of the database is {level!r}: a save would fail" in error.msg


@pytest.mark.parametrize("level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE])
def test_settings_that_choose_such_a_level_are_refused(monkeypatch: pytest.MonkeyPatch, level: IsolationLevel) -> None:
    assert check_isolation(None) == []
    monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "isolation_level", IsolationLevel.READ_COMMITTED)
    assert check_isolation(None) == []
    monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "isolation_level", level)
    (error,) = check_isolation(None)
    assert error.id == "outbox.E004"
    assert re.match(r"OPTIONS\['isolation_level'\] of DATABASES is '(repeatable read|serializable)': ", error.msg)


@pytest.mark.django_db(transaction=True)
def test_why_a_save_would_fail(sns: FakeSns) -> None:
    """The reason for the two refusals above, and that PostgreSQL's default has it not."""
    made_user("ada")
    for level, fails in (("read committed", False), ("repeatable read", True)):
        User.objects.update(last_name=level)
        with another_connection() as saver:
            saver.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
            saver.execute("SELECT 1 FROM users_user")
            assert publish_pending() == 1
            if fails:
                with pytest.raises(Exception, match="could not serialize access"):
                    saver.execute("UPDATE users_user SET last_name = 'new'")
            else:
                saver.execute("UPDATE users_user SET last_name = 'new'")


@pytest.mark.django_db(transaction=True)
def test_check_fails_for_a_database_that_is_not_as_declared_and_migrate_does_not() -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "tests.master.settings", "DATABASE_URL": database_url_of_the_test()}
    in_order = ran("-m", "master", "check", "--database", env=production(**settings))
    assert (in_order.returncode, in_order.stderr) == (0, "")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE users_user DISABLE TRIGGER {UPDATE_TRIGGER}")
        try:
            for words in (("check", "--database"), ("check", "--database", "default")):
                ended = ran("-m", "master", *words, env=production(**settings))
                assert ended.returncode == 1
                assert f"(outbox.E008) Trigger {UPDATE_TRIGGER} of table users_user is switched off" in ended.stderr
            assert ran("-m", "master", "check", env=production(**settings)).returncode == 0
            migrated = ran("-m", "master", "migrate", "--no-input", env=production(**settings))
            assert migrated.returncode == 0, migrated.stderr
        finally:
            cursor.execute(f"ALTER TABLE users_user ENABLE TRIGGER {UPDATE_TRIGGER}")
