"""Ask the pull API as a client does, through Django's own ASGI handler."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import AsyncClient

from wire.snapshot import Answer, End

Line = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An answer that was read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def refusal(self) -> dict[str, Any]:
        assert self.headers["Content-Type"] == "application/json"
        told: dict[str, Any] = json.loads(self.body)
        return told

    @property
    def lines(self) -> list[Line]:
        return list(map(json.loads, self._read()[0]))

    @property
    def end(self) -> End:
        return self._read()[1]

    def _read(self) -> tuple[list[bytes], End]:
        assert (self.status, self.headers["Content-Type"]) == (200, "application/x-ndjson"), self.body
        answer = Answer(self.body.splitlines())
        lines = list(answer)
        assert answer.end
        return lines, answer.end


def ask(
    path: str,
    query: Sequence[tuple[str, object]] = (),
    *,
    token: str | None = None,
    method: str = "GET",
    headers: dict[str, str] | None = None,
) -> Answered:
    """Send a request with a valid token, or this one; an empty one sends no header."""
    return async_to_sync(_ask)(path, query, settings.SNAPSHOT_TOKENS[0] if token is None else token, method, headers)


async def _ask(
    path: str, query: Sequence[tuple[str, object]], token: str, method: str, headers: dict[str, str] | None
) -> Answered:
    sent = {**({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
    address = f"/replication/{path}?{urlencode(query)}"
    response = await AsyncClient().generic(method, address, headers=sent)
    body = b"".join([part async for part in response]) if response.streaming else response.content
    return Answered(status=response.status_code, headers=dict(response.items()), body=body)
