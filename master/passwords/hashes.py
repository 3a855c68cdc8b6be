"""What can be told of a password and hashes, without a database."""

import logging
from collections.abc import Iterable

from django.contrib.auth.hashers import get_hasher, identify_hasher, is_password_usable

logger = logging.getLogger(__name__)


def is_one_of(password: str, hashes: Iterable[str]) -> bool:
    """Tell whether one of the hashes is of this password, by one hash check for each at the most."""
    return any(_is_of(password, encoded) for encoded in hashes)


def is_of_a_password(encoded: str) -> bool:
    """Tell whether a column `password` holds a hash; it may be empty or say that no password will do."""
    return bool(encoded) and is_password_usable(encoded)


def is_due_for_upgrade(encoded: str) -> bool:
    """Tell whether Django makes this hash anew when its user signs in, because PASSWORD_HASHERS now say so.

    It is said of hashes that no hasher knows, too: what became of such a password cannot be told.
    """
    try:
        preferred, hasher = get_hasher(), identify_hasher(encoded)
        return hasher.algorithm != preferred.algorithm or preferred.must_update(encoded)
    except ValueError:
        return True


def _is_of(password: str, encoded: str) -> bool:
    """Check by the hasher that made the hash; one that is no longer in PASSWORD_HASHERS can tell nothing.

    Django's own `check_password` would do the work of a second hash for those that are due for an upgrade.
    """
    try:
        return identify_hasher(encoded).verify(password, encoded)
    except ValueError as error:
        logger.warning("remembered password skipped", extra={"error.message": str(error)})
        return False
