"""What back-fill and verify have found, by table."""

from client.pull.models import Backfill, Verification


def verifications() -> dict[str, Verification]:
    """Return the last verification of each table that was verified."""
    return Verification.objects.in_bulk()


def backfills() -> dict[str, Backfill]:
    """Return the present or last back-fill of each table that has had one."""
    return Backfill.objects.in_bulk()
