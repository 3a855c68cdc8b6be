"""The key of a window: one for each page load, signed, and good only for its user in his session.

The page carries it and the socket's address repeats it; so tabs do not share topics, projects on one host do not
share cookies, and a key that is left over opens nothing for anybody else.
"""

from dataclasses import asdict, dataclass

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

KEY_SECONDS: int = settings.WEBSOCKET_CACHE_EXPIRE  # what the key opens is kept no longer either


class KeyRefusedError(Exception):
    """The key was not made here."""


class KeyExpiredError(KeyRefusedError):
    """The page is older than its key may be: it must be loaded again."""


@dataclass(frozen=True, kw_only=True)
class WindowKey:
    """What a key says."""

    window: str  # names the window's topics in the cache
    user: str
    session: str  # a fingerprint, for the page must not learn the session's key

    def belongs_to(self, user_pk: object, session_key: str | None) -> bool:
        """Say whether this is the key of a window of that user in that session."""
        return self.user == str(user_pk) and self.session == fingerprint(session_key or "")


def issue(*, window: str, user_pk: object, session_key: str | None) -> str:
    """Return the signed key of a window."""
    key = WindowKey(window=window, user=str(user_pk), session=fingerprint(session_key or ""))
    return _signer().sign_object(asdict(key), compress=True)


def read(token: str) -> WindowKey:
    """Return what a key says; raise KeyExpiredError or KeyRefusedError."""
    try:
        return WindowKey(**_signer().unsign_object(token, max_age=KEY_SECONDS))
    except (signing.SignatureExpired, TypeError) as error:  # TypeError: another version of ours made it
        raise KeyExpiredError(KeyExpiredError.__doc__) from error
    except signing.BadSignature as error:
        raise KeyRefusedError(KeyRefusedError.__doc__) from error


def fingerprint(session_key: str) -> str:
    """Return a value that stands for a session and does not give its key away."""
    return salted_hmac("client.live.session", session_key, algorithm="sha256").hexdigest()[:32]


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="client.live.window")
