"""Questions to master over HTTP, answered line by line.

The token goes into a header and nowhere else: neither logs nor errors hold it. Redirects are not followed, for they
could carry it to another place.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from urllib.parse import quote, urlencode, urlsplit

import msgspec
import urllib3
from django.conf import settings
from urllib3.exceptions import HTTPError, LocationParseError, LocationValueError

from client.pull.errors import MasterError, MasterRefusedError, MasterUnreachableError
from telemetry import context
from wire.snapshot import Answer, CutOffError

CONNECT_SECONDS = 2
READ_SECONDS = 30  # without a byte
SUMS_SECONDS = 300  # the same, of digests: master sends nothing until a table is summed up, 30 s for 12 million rows
CHUNK_BYTES = 65_536
BAD_REQUEST = 400
ERROR_BYTES = 65_536  # of what is read of a refusal

Query = Sequence[tuple[str, str]]


class _Problem(msgspec.Struct, frozen=True):
    """What master says of a question that it refuses."""

    error: str
    fields: list[str] = []


@contextmanager
def asked(table: str, path: str = "", query: Query = (), *, sums: bool = False) -> Iterator[tuple[Answer, str | None]]:
    """Give the answer to a question about a table, to be read within the block, and its `X-Total-Count`.

    Digests (`sums`) are waited for much longer, and asked for once only: master would sum up twice. Raises
    `MasterError`, also for what goes wrong while the answer is read.
    """
    try:
        with closing(_get(f"/replication/{quote(table, safe='')}/{path}", query, sums=sums)) as response:
            if response.status != 200:
                raise _refusal(response)
            lines = _lines(response.stream(CHUNK_BYTES, decode_content=True))
            yield Answer(lines), response.headers.get("X-Total-Count")
    except (LocationParseError, LocationValueError) as error:
        raise MasterRefusedError("MASTER_URL is no address. Set it to one such as https://master.example.") from error
    except (HTTPError, CutOffError) as error:
        why = _cause(error)
        raise MasterUnreachableError(f"master at {_host()} does not answer as it should: {why}") from error


def _get(path: str, query: Query, *, sums: bool) -> urllib3.BaseHTTPResponse:
    for name in ("MASTER_URL", "SNAPSHOT_TOKEN"):
        if not getattr(settings, name):
            raise MasterRefusedError(f"{name} is not set. Without it this client cannot ask master: see README.md.")
    return (_pool_for_sums if sums else _pool)().request(
        "GET",
        f"{settings.MASTER_URL.rstrip('/')}{path}{'?' if query else ''}{urlencode(query)}",
        headers={"Authorization": f"Bearer {settings.SNAPSHOT_TOKEN}", "Accept-Encoding": "gzip", **_trace()},
        preload_content=False,
    )


def _trace() -> dict[str, str]:
    """Return the header by which master's log of this question is part of this work."""
    return {"traceparent": context.traceparent(known[0])} if (known := context.traces()) else {}


@cache
def _pool() -> urllib3.PoolManager:
    """Return the process's connections to master (thread-safe)."""
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        # once more, since master may close an idle connection at the moment when it is used
        retries=urllib3.Retry(total=1, redirect=False, status=False),
    )


def _pool_for_sums() -> urllib3.PoolManager:
    """Return what has no connection yet: a new one needs no second try."""
    return urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=SUMS_SECONDS),
        retries=urllib3.Retry(total=0, redirect=False, status=False),
    )


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    if rest:
        yield rest


def _refusal(response: urllib3.BaseHTTPResponse) -> MasterError:
    status = response.status
    if 300 <= status < 400:
        place = response.headers.get("Location", "elsewhere")
        return MasterRefusedError(f"master redirects to {place}: set MASTER_URL to where it answers", status=status)
    try:
        problem = msgspec.json.decode(response.read(ERROR_BYTES, decode_content=True), type=_Problem)
    except msgspec.MsgspecError:
        problem = _Problem(error=_wordless(status))
    if status >= 500 or status == 429:
        return MasterUnreachableError(f"master at {_host()} fails: {problem.error} (status {status})")
    return MasterRefusedError(
        f"master refuses: {problem.error} (status {status})", status=status, fields=problem.fields
    )


def _wordless(status: int) -> str:
    """Return what to say for an answer that is none of the pull API's; Django's own 400 is about the host's name."""
    if status == BAD_REQUEST:
        return f"status 400 without a word. Is {urlsplit(settings.MASTER_URL).hostname} among master's ALLOWED_HOSTS?"
    return f"status {status} without a word"


def _host() -> str:
    """Return where master is, without a name and a password that its address may hold."""
    return urlsplit(settings.MASTER_URL).netloc.rpartition("@")[2]


def _cause(error: BaseException) -> str:
    """Return what is at the bottom of an error, without the address that was asked: it holds keys."""
    reason = getattr(error, "reason", None)
    return _cause(reason) if isinstance(reason, BaseException) else f"{type(error).__name__}: {error}"
