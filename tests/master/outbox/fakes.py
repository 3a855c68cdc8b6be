"""SNS as strict as AWS is, where the emulators are lenient."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Any

import msgspec
from botocore.exceptions import ClientError, EndpointConnectionError

CALL_ENTRIES = 10
CALL_BYTES = 262_144  # bodies and attributes of all entries together
NOT_XML = re.compile(r"[^\x09\x0a\x0d\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Entry = Mapping[str, Any]


class FakeSns:
    """Takes `publish_batch` as boto3's client does, and remembers what it accepted."""

    def __init__(self) -> None:
        self.accepted: list[str] = []  # bodies
        self.calls = 0
        self.guilty: tuple[str, ...] = ()  # a message that holds one of these words is refused for its content
        self.unlucky: tuple[str, ...] = ()  # … is refused for reasons of the service
        self.poison: tuple[str, ...] = ()  # a call that holds one of these words is refused whole
        self.failure: Exception | None = None  # what every call fails with
        self.before: Callable[[], object] = lambda: None  # done before each answer
        self._lock = Lock()

    def publish_batch(self, *, TopicArn: str, PublishBatchRequestEntries: Iterable[Entry]) -> dict[str, Any]:  # noqa: N803 - AWS's names
        """Accept what AWS would accept."""
        entries = list(PublishBatchRequestEntries)
        with self._lock:
            self.calls += 1
        self.before()
        self._refuse_whole(entries)
        failed = [failure for entry in entries if (failure := self._refusal(entry))]
        refused = {failure["Id"] for failure in failed}
        with self._lock:
            self.accepted += [entry["Message"] for entry in entries if entry["Id"] not in refused]
        return {"Successful": [], "Failed": failed}

    def _refuse_whole(self, entries: list[Entry]) -> None:
        if self.failure:
            raise self.failure
        if len(entries) > CALL_ENTRIES:
            raise error("TooManyEntriesInBatchRequest", f"{len(entries)} entries")
        if len({entry["Id"] for entry in entries}) < len(entries):
            raise error("BatchEntryIdsNotDistinct", "two entries share an id")
        if sum(map(weight, entries)) > CALL_BYTES:
            raise error("BatchRequestTooLong", f"{sum(map(weight, entries))} bytes")
        if any(word in entry["Message"] for entry in entries for word in self.poison):
            raise error("InvalidParameter", "something in it")

    def _refusal(self, entry: Entry) -> dict[str, Any] | None:
        body = entry["Message"]
        if NOT_XML.search(body) or any(word in body for word in self.guilty):
            return {"Id": entry["Id"], "Code": "InvalidParameter", "Message": "bad character", "SenderFault": True}
        if any(word in body for word in self.unlucky):
            return {"Id": entry["Id"], "Code": "InternalError", "Message": "bad luck", "SenderFault": False}
        return None

    @property
    def events(self) -> list[dict[str, Any]]:
        """The `data` of every accepted event, in the order of acceptance."""
        return [event["data"] for body in self.accepted for event in msgspec.json.decode(body)]

    @property
    def times_sent(self) -> Counter[str]:
        """How often each object was accepted."""
        return Counter(f"{data['table']}/{data['key']}" for data in self.events)

    @property
    def newest(self) -> dict[str, Any]:
        """What a client that took everything, in any order, would hold; None stands for gone."""
        held: dict[str, tuple[int, Any]] = {}
        for data in self.events:
            name = f"{data['table']}/{data['key']}"
            held[name] = max(held.get(name, (0, None)), (data["version"], data.get("row")), key=lambda pair: pair[0])
        return {name: row for name, (_, row) in held.items()}


def weight(entry: Entry) -> int:
    """Return the bytes that AWS counts of an entry."""
    attributes = entry.get("MessageAttributes", {}).items()
    return len(entry["Message"].encode()) + sum(
        len(f"{name}{each['DataType']}{each['StringValue']}".encode()) for name, each in attributes
    )


def error(code: str, message: str) -> ClientError:
    """Return what boto3 raises for an answer of AWS."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "PublishBatch")


def unreachable() -> EndpointConnectionError:
    """Return what boto3 raises when nobody answers."""
    return EndpointConnectionError(endpoint_url="https://sns.us-east-1.amazonaws.com")


class Clock:
    """Stands for the module `time`: goes only when told."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now
