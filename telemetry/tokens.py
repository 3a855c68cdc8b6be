"""Bearer tokens, compared so that the time it takes tells nothing. They are written nowhere, not in logs either."""

import hmac
import math
from collections.abc import Iterable

from telemetry.throttle import Throttle

SCHEME = "bearer"


def given_token(authorization: str) -> str:
    """Return the token of a header Authorization; an empty text if there is none."""
    scheme, _, given = authorization.partition(" ")
    return given.strip() if scheme.lower() == SCHEME else ""


class WrongTokens:
    """Tells right from wrong, and who has been wrong too often: ten times, and once more each six seconds.

    A right one is always taken: behind a proxy strangers may have the address of somebody who knows it.
    """

    def __init__(self) -> None:
        self._throttle = Throttle(burst=10, seconds=6)

    def wait(self, authorization: str, tokens: Iterable[str], address: str) -> int | None:
        """Return None if the header carries one of the tokens, else the seconds until this address may try again.

        0 means that it is told that it was wrong. Who sends none at all guesses nothing, and never waits.
        """
        given = given_token(authorization)
        matches = [hmac.compare_digest(given.encode(), token.encode()) for token in tokens]  # all of them, always
        if any(matches):
            return None
        if not given:
            return 0
        if seconds := math.ceil(self._throttle.wait(address)):
            return seconds
        self._throttle.count(address)
        return 0

    def forget(self) -> None:
        """Forget who was wrong."""
        self._throttle.forget()
