"""Who may ask: whoever knows one of the tokens. They are written nowhere, neither in answers nor in logs."""

import hmac
from collections.abc import Iterable

from master.snapshot.refusal import RefusedError


def require_token(authorization: str, tokens: Iterable[str]) -> None:
    """Raise RefusedError unless this header carries a valid token, compared with all of them in constant time."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        raise _unauthorized("There is no token. Send the header `Authorization: Bearer <SNAPSHOT_TOKEN>`")
    if sum([hmac.compare_digest(given.strip().encode(), token.encode()) for token in tokens]) == 0:
        raise _unauthorized("The token is not valid. Set SNAPSHOT_TOKEN to one that master has in its SNAPSHOT_TOKEN")


def _unauthorized(sentence: str) -> RefusedError:
    return RefusedError(401, f"{sentence}.", WWW_Authenticate="Bearer")
