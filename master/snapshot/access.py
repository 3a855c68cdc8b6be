"""Who may ask: whoever knows one of the tokens. They are written nowhere, neither in answers nor in logs."""

from collections.abc import Iterable

from master.snapshot.refusal import RefusedError
from telemetry.tokens import WrongTokens, given_token

wrong_tokens = WrongTokens()


def require_token(authorization: str, tokens: Iterable[str], address: str) -> None:
    """Raise RefusedError unless this header carries a valid token, or too many wrong ones came from its address."""
    seconds = wrong_tokens.wait(authorization, tokens, address)
    if seconds is None:
        return
    if seconds:
        sentence = f"Too many wrong tokens came from this address. Ask again in {seconds} s, with the right one."
        raise RefusedError(429, sentence, Retry_After=str(seconds))
    if not given_token(authorization):
        raise _unauthorized("There is no token. Send the header `Authorization: Bearer <SNAPSHOT_TOKEN>`")
    raise _unauthorized("The token is not valid. Set SNAPSHOT_TOKEN to one that master has in its SNAPSHOT_TOKEN")


def _unauthorized(sentence: str) -> RefusedError:
    return RefusedError(401, f"{sentence}.", WWW_Authenticate="Bearer")
