"""What SNS (query protocol, XML) and SQS (JSON) answer when they refuse, in the form that botocore reads."""

import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

ENTRY = re.compile(r"PublishBatchRequestEntries\.member\.(\d+)\.(.+)")
SHARE = 0.3  # of the entries of a batch that are refused
XMLNS = "http://sns.amazonaws.com/doc/2010-03-31/"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes


NONE = Reply(status=0, headers={}, body=b"")  # the connection ends without one


@dataclass(frozen=True, kw_only=True)
class Error:
    """How the services name one of their errors."""

    status: int
    code: str
    message: str
    fault: str  # whose, as the query protocol says it


ERRORS = {
    "refuse": Error(status=503, code="ServiceUnavailable", message="The service is not available.", fault="Receiver"),
    "throttle": Error(status=400, code="Throttling", message="Rate exceeded", fault="Sender"),
}
JSON_CODES = {"Throttling": "RequestThrottled"}  # SQS has a name of its own for it


def refusal(kind: str, *, is_json: bool) -> Reply:
    """Return the answer to a call that is refused as a whole."""
    error = ERRORS[kind]
    if is_json:
        code = JSON_CODES.get(error.code, error.code)
        body = json.dumps({"__type": f"com.amazonaws.sqs#{code}", "message": error.message}).encode()
        headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-query-error": f"{code};{error.fault}"}
        return Reply(status=error.status, headers=headers, body=body)
    text = (
        f'<ErrorResponse xmlns="{XMLNS}"><Error><Type>{error.fault}</Type><Code>{error.code}</Code>'
        f"<Message>{error.message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
    )
    return Reply(status=error.status, headers={"Content-Type": "text/xml"}, body=text.encode())


def is_publish_batch(body: bytes) -> bool:
    """Tell whether a request asks SNS to publish a batch."""
    return body.startswith(b"Action=PublishBatch&")


def split_batch(body: bytes, chance: random.Random) -> tuple[bytes, list[str]]:
    """Return the request without some of its entries, empty if none is left, and the ids of those taken out."""
    fields: list[tuple[str, str]] = []
    entries: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for name, value in parse_qsl(body.decode(), keep_blank_values=True):
        if found := ENTRY.fullmatch(name):
            entries[int(found[1])].append((found[2], value))
        else:
            fields.append((name, value))
    refused = [number for number in entries if chance.random() < SHARE]
    kept = [entry for number, entry in sorted(entries.items()) if number not in refused]
    for number, entry in enumerate(kept, start=1):
        fields += [(f"PublishBatchRequestEntries.member.{number}.{name}", value) for name, value in entry]
    return (urlencode(fields).encode() if kept else b""), [dict(entries[number])["Id"] for number in refused]


def empty_batch() -> Reply:
    """Return the answer to a batch of which nothing was taken."""
    text = (
        f'<PublishBatchResponse xmlns="{XMLNS}"><PublishBatchResult><Successful/><Failed/></PublishBatchResult>'
        "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></PublishBatchResponse>"
    )
    return Reply(status=200, headers={"Content-Type": "text/xml"}, body=text.encode())


def with_failed(reply: Reply, ids: list[str]) -> Reply:
    """Return the answer to a batch with these entries as refused; what is no such answer stays as it is."""
    failed = "".join(
        f"<member><Id>{entry}</Id><Code>InternalError</Code><Message>refused by the test</Message>"
        "<SenderFault>false</SenderFault></member>"
        for entry in ids
    )
    text = re.sub(r"<Failed\s*/>|<Failed></Failed>", "", reply.body.decode())
    body = text.replace("</PublishBatchResult>", f"<Failed>{failed}</Failed></PublishBatchResult>").encode()
    return replace(reply, body=body)
