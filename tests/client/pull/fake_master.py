"""A small master that speaks the pull API over real HTTP, and what goes wrong on the way."""

import gzip
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from wire.digests import BUCKETS
from wire.events import Change
from wire.snapshot import BucketDigest, End, RowDigest, encode_line

TOKEN = "the-only-valid-token-of-these-tests"
Row = Mapping[str, Any]
Query = Mapping[str, list[str]]


@dataclass
class FakeMaster:
    """Rows of one table, tombstones as None, each with its version. Sends every answer compressed and in chunks."""

    table: str = "users"
    fields: tuple[str, ...] = ("username", "first_name", "last_name", "email", "is_active")
    rows: dict[str, tuple[int, Row | None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # addresses, in their order
    before: Callable[[str], object] = lambda address: None  # called with each address before it is answered
    cut: bool = False  # break off before the last line
    status: int = 200  # answer this instead
    mute: bool = False  # with a page for people instead of a sentence
    url: str = ""
    versions: Iterator[int] = field(default_factory=lambda: count(100))

    def put(self, key: str, row: Row | None, version: int | None = None) -> int:
        """Write a row, or delete it; return its version."""
        version = next(self.versions) if version is None else version
        self.rows[key] = (version, row)
        return version

    def page(self, query: Query) -> tuple[list[msgspec.Struct], End, int]:
        """Answer `?after=&limit=`."""
        limit, after = int(query.get("limit", ["1000"])[0]), query.get("after", [""])[0]
        there = sorted(key for key, (_, row) in self.rows.items() if row is not None)
        keys = [key for key in there if key > after][:limit]
        more = bool(keys) and keys[-1] != there[-1]
        return [self._change(key) for key in keys], End(count=len(keys), next=keys[-1] if more else None), len(there)

    def by_key(self, query: Query) -> list[msgspec.Struct]:
        """Answer `?keys=`: what is not known gets a tombstone."""
        for key in query["keys"]:
            if key not in self.rows:
                self.put(key, None)
        return [self._change(key) for key in dict.fromkeys(query["keys"])]

    def digests(self, query: Query) -> list[msgspec.Struct]:
        """Answer the digests of all buckets."""
        sums = {bucket: [0, 0] for bucket in range(BUCKETS)}
        for digest in self._digests(query):
            summed = sums[bucket_of(digest.key)]
            summed[:] = [summed[0] + 1, summed[1] ^ int(digest.digest, 16)]
        return [BucketDigest(bucket=each, count=n, digest=f"{x:016x}") for each, (n, x) in sums.items()]

    def digests_of_rows(self, query: Query) -> list[msgspec.Struct]:
        """Answer the digests of the rows in some buckets."""
        buckets = {int(bucket) for bucket in query["buckets"][0].split(",")}
        return [digest for digest in self._digests(query) if bucket_of(digest.key) in buckets]

    def _digests(self, query: Query) -> list[RowDigest]:
        names = query["fields"][0].split(",")
        return [
            RowDigest(key=key, version=version, digest=digest_of(key, [row.get(name) for name in names]))
            for key, (version, row) in sorted(self.rows.items())
            if row is not None
        ]

    def _change(self, key: str) -> Change:
        version, row = self.rows[key]
        if row is None:
            return Change(table=self.table, key=key, version=version, op="delete")
        encoded = msgspec.Raw(msgspec.json.encode(row))
        return Change(table=self.table, key=key, version=version, op="upsert", row=encoded)


def bucket_of(key: str) -> int:
    """Return a key's bucket, without SQL."""
    return int(hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()[:4], 16) % BUCKETS


def digest_of(key: str, values: list[Any]) -> str:
    """Return the digest of a row of texts and booleans, without SQL."""
    texts = [key, *(str(value).lower() if isinstance(value, bool) else value for value in values)]
    encoded = json.dumps(texts, ensure_ascii=False).encode()
    return hashlib.md5(encoded, usedforsecurity=False).hexdigest()[:16]


@contextmanager
def serving(master: FakeMaster) -> Iterator[FakeMaster]:
    """Serve a master on a free port for the length of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *args: _Handler(master, *args))
    server.daemon_threads = True
    master.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield master
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, master: FakeMaster, *args: Any) -> None:
        self.master = master
        super().__init__(*args)

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer one question."""
        master, parts = self.master, urlsplit(self.path)
        master.asked.append(self.path)
        master.before(self.path)
        query = parse_qs(parts.query)
        with suppress(BrokenPipeError, ConnectionResetError):  # whoever asked is gone
            self._answer(parts.path, query)

    def _answer(self, path: str, query: Query) -> None:
        master = self.master
        if problem := self._problem(path, query):
            status, body = problem
            self._send(status, [b"<h1>Bad Request</h1>" if master.mute else json.dumps(body).encode()])
            return
        if "keys" in query:
            lines = master.by_key(query)
        elif path.endswith("/digests/"):
            lines = master.digests(query)
        elif path.endswith("/digests/rows"):
            lines = master.digests_of_rows(query)
        else:
            lines, end, total = master.page(query)
            self._send(200, map(encode_line, [*lines, end]), {} if "after" in query else {"X-Total-Count": str(total)})
            return
        self._send(200, map(encode_line, [*lines, End(count=len(lines))]))

    def _problem(self, path: str, query: Query) -> tuple[int, dict[str, Any]] | None:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {"error": "The token is not valid. Set SNAPSHOT_TOKEN to a valid one."}
        if self.master.status != 200:
            return self.master.status, {"error": "Master has a bad day."}
        if not path.startswith(f"/replication/{self.master.table}/"):
            return 404, {"error": "No such table."}
        if any("NO-KEY" in key for key in query.get("keys", [])):
            return 400, {"error": "A key that cannot be one of this table."}
        asked = query.get("fields", [""])[0].split(",")
        if "fields" in query and not set(asked) <= set(self.master.fields):
            return 400, {"error": "Unknown fields.", "fields": list(self.master.fields)}
        return None

    def _send(self, status: int, lines: Any, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in ({"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"} | dict(headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        body = gzip.compress(b"".join(lines), compresslevel=1)
        for start in range(0, len(body), 1000):
            piece = body[start : start + 1000]
            if self.master.cut and start + 1000 >= len(body):
                self.close_connection = True
                return
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")
