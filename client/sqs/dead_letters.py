"""Read the dead-letter queue without losing what is read.

Whoever receives a message hides it from everybody else for a while. A `Box` takes all letters out of sight, shortly,
and gives back what was not removed.
"""

import contextlib
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from botocore.exceptions import BotoCoreError, ClientError

from client.replication.models import AppliedRow
from client.sqs import queue
from client.sqs.interrupts import uninterrupted
from client.sqs.letters import Letter, Named, Standing, standing

if TYPE_CHECKING:
    from types import TracebackType

    from mypy_boto3_sqs.type_defs import MessageTypeDef

VISIBILITY_SECONDS = 60  # until what a killed reader held is there again
WAIT_SECONDS = 1  # a receive that does not wait at all asks some of SQS's servers only
SPARE_RECEIVES = 3  # in a row that bring nothing, while more was said to be there; then it ends
READ_SECONDS = 20  # then what was said to be there is enough: letters that keep coming do not hold us for ever
LEAST_PREFIX = 8  # characters of an id


class NotChosenError(Exception):
    """An id stands for no letter, or for several; the text says which."""


def count() -> int:
    """Return about how many dead letters there are, those in flight included."""
    depth = queue.depth(queue.dead_letter_url())
    return depth.visible + depth.in_flight


@dataclass
class Box:
    """The dead-letter queue while it is read: in a `with` block, and once."""

    _receipts: dict[str, str] = field(default_factory=dict)  # of letters that are held, by id
    _seen: set[str] = field(default_factory=set)
    is_cut_short: bool = False  # letters kept coming when the reading ended

    def __enter__(self) -> Self:
        self.url = queue.dead_letter_url()
        self.before = queue.depth(self.url)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        self.give_back()

    def __iter__(self) -> Iterator[Letter]:
        """Yield every letter that comes, each once, until none comes: SQS's count leaves out the newest.

        Read all before anything is done with them: what is sent again may come back as a new letter, for ever.
        """
        spare, ends_at = SPARE_RECEIVES, time.monotonic() + READ_SECONDS
        while spare and not self.is_cut_short:
            fresh = self._receive()
            yield from fresh
            spare = SPARE_RECEIVES if fresh else spare - 1
            if len(self._seen) >= self.before.visible:
                if not fresh:
                    return
                self.is_cut_short = time.monotonic() >= ends_at

    @property
    def unseen(self) -> int:
        """About how many letters are there and were not yielded: somebody else holds them, or SQS kept them back."""
        return max(0, self.before.visible + self.before.in_flight - len(self._seen))

    def remove(self, letter: Letter) -> None:
        """Delete a letter for good, and its doubles."""
        for each in letter.ids:
            queue.client().delete_message(QueueUrl=self.url, ReceiptHandle=self._receipts.pop(each))

    def give_back(self) -> None:
        """Let everybody see again what is held; should that fail, it is seen again a minute later."""
        receipts, self._receipts = list(self._receipts.values()), {}
        with uninterrupted(), contextlib.suppress(BotoCoreError, ClientError):
            for call in queue.tens(receipts):
                queue.client().change_message_visibility_batch(
                    QueueUrl=self.url,
                    Entries=[
                        {"Id": str(index), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                        for index, receipt in enumerate(call)
                    ],
                )

    def _receive(self) -> list[Letter]:
        """Take up to ten letters; an interruption waits until they are known, so that they are given back."""
        with uninterrupted():
            messages = self._take()
            fresh = [message for message in messages if message["MessageId"] not in self._seen]
            for message in messages:
                self._receipts[message["MessageId"]] = message["ReceiptHandle"]  # the newest receipt is the good one
            self._seen.update(message["MessageId"] for message in fresh)
        return [_letter(message) for message in fresh]

    def _take(self) -> "list[MessageTypeDef]":
        answer = queue.client().receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=queue.CALL_MESSAGES,
            WaitTimeSeconds=WAIT_SECONDS,
            VisibilityTimeout=VISIBILITY_SECONDS,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["SentTimestamp"],
        )
        return answer.get("Messages", [])


def _letter(message: "MessageTypeDef") -> Letter:
    attributes = message.get("MessageAttributes", {})
    texts = {name: each.get("StringValue", "") for name, each in attributes.items()}
    return Letter(
        id=message["MessageId"],
        body=message["Body"],
        since=datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC),
        reason=texts.get("reason", ""),
        message_id=texts.get("message_id", ""),
        cut=texts.get("cut", ""),
    )


def chosen(letters: Collection[Letter], beginnings: Iterable[str]) -> list[Letter]:
    """Return the letters whose ids begin so; raise NotChosenError unless each beginning stands for one."""
    found = {letter.id: letter for each in beginnings for letter in [_only(letters, each)]}
    return list(found.values())


def _only(letters: Collection[Letter], beginning: str) -> Letter:
    if len(beginning) < LEAST_PREFIX:
        raise NotChosenError(f"{beginning!r} is too short: give {LEAST_PREFIX} characters of the id, or more.")
    matching = [letter for letter in letters if any(each.startswith(beginning) for each in letter.ids)]
    if not matching:
        raise NotChosenError(f"No dead letter that can be seen now has an id that begins with {beginning!r}.")
    if len(matching) > 1:
        raise NotChosenError(f"{beginning!r} begins the ids of {len(matching)} letters: give more characters.")
    return matching[0]


def held_versions(named: Sequence[Named]) -> dict[tuple[str, str], int]:
    """Return the versions that this client holds of objects, by table and key."""
    keys: dict[str, list[str]] = defaultdict(list)
    for each in named:
        keys[each.table].append(each.key)
    guards = (
        guard
        for table, wanted in keys.items()
        for guard in AppliedRow.objects.filter(table=table, key__in=wanted).values_list("table", "key", "version")
    )
    return {(table, key): version for table, key, version in guards}


def standing_of(letter: Letter) -> Standing:
    """Say what this client holds by now of a letter's objects."""
    return standing(letter.events, held_versions(letter.named))
