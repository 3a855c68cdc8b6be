"""The key of a window: one for each page load, signed, and good only for its user in his session.

The page carries it and the socket's address repeats it; so tabs do not share topics, projects on one host do not
share cookies, and a key that is left over opens nothing for anybody else.
"""

from collections.abc import Iterator
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
        return self.user == str(user_pk) and self.session in fingerprints(session_key or "")


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


def is_of_former_secret(token: str) -> bool:
    """Say whether a key that can be read was signed before SECRET_KEY was changed."""
    try:
        _signer(fallback_keys=[]).unsign(token)
    except signing.BadSignature:
        return True
    return False


def fingerprint(session_key: str, secret: str | None = None) -> str:
    """Return a value that stands for a session and does not give its key away."""
    return salted_hmac("client.live.session", session_key, secret=secret, algorithm="sha256").hexdigest()[:32]


def fingerprints(session_key: str) -> Iterator[str]:
    """Yield what a session's key gave, with each SECRET_KEY that is believed."""
    for secret in (None, *settings.SECRET_KEY_FALLBACKS):
        yield fingerprint(session_key, secret)


def _signer(fallback_keys: list[bytes | str] | None = None) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="client.live.window", fallback_keys=fallback_keys)
