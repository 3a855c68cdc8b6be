"""After a restore, versions begin above all that were ever given."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from master.outbox.models import OutboxRow
from master.outbox.repair import CEILING, SPARE, RepairRefusedError, advance_versions, start_of_versions
from master.users.models import User
from tests.master.database import sql
from tests.master.outbox.rows import DELETE, UPSERT, capturing, name_of, row_of, version_of
from tests.master.people import made_user
from tests.master.things.models import Label


@pytest.fixture
def first_version(db: None) -> Iterator[None]:
    """Begin at the first version, and again after the test: no rollback moves a sequence back."""
    sql("SELECT setval('outbox_version', 1, false)")
    yield
    sql("SELECT setval('outbox_version', 1, false)")


def newest() -> int:
    return max(OutboxRow.objects.values_list("version", flat=True))


@pytest.mark.usefixtures("first_version")
def test_versions_are_advanced_above_microseconds_and_every_row_of_every_table_is_above_them() -> None:
    ada, gone = made_user("ada"), made_user("gone")
    name = name_of(gone)
    gone.delete()
    Label.objects.create(slug="a")
    sql("INSERT INTO outbox_row SELECT 'unheard', 'of', 4, false, now(), 4, now(), 0, ''")
    with capturing() as captured:
        advanced = advance_versions()
    assert captured == {name_of(ada): UPSERT, name: DELETE, "labels/a": UPSERT, "unheard/of": UPSERT}
    assert (advanced.rows, advanced.held) == (4, 0)
    assert advanced.version > 1_700_000_000_000_000
    assert min(OutboxRow.objects.values_list("version", flat=True)) > advanced.version
    before = newest()
    User.objects.update(last_name="after")
    assert row_of(ada).version > before


@pytest.mark.usefixtures("first_version")
def test_versions_are_advanced_again_and_again() -> None:
    made_user()
    first, second = advance_versions(), advance_versions()
    assert second.version > first.version
    wished = advance_versions(second.version + 10 * SPARE)
    assert wished.version == second.version + 10 * SPARE
    with pytest.raises(RepairRefusedError, match=r"cannot begin at 5,000,000: this database has issued"):
        advance_versions(5_000_000)


@pytest.mark.usefixtures("first_version")
def test_rows_above_the_sequence_count_as_issued() -> None:
    """A restore of data alone leaves the sequence behind."""
    ada = made_user()
    OutboxRow.objects.update(version=9_000_000)
    with pytest.raises(RepairRefusedError, match="has issued 9,000,000"):
        advance_versions(9_000_001)
    advance_versions(20_000_000)
    assert version_of(ada) == 20_000_001


MOMENT = 1_795_000_000_000_000  # microseconds, in 2026


@given(st.integers(1, CEILING // 2), st.integers(MOMENT, MOMENT * 2))
def test_the_start_is_always_well_above_what_was_issued(present: int, now: int) -> None:
    assert start_of_versions(present=present, now=now, to=None) >= present + SPARE


def test_a_start_that_was_chosen_is_neither_too_low_nor_more_than_pages_count() -> None:
    assert start_of_versions(present=7, now=MOMENT, to=SPARE + 7) == SPARE + 7
    assert start_of_versions(present=7, now=MOMENT, to=None) == MOMENT
    for wrong in (0, -1, SPARE + 6, CEILING + 1):
        with pytest.raises(RepairRefusedError):
            start_of_versions(present=7, now=MOMENT, to=wrong)
