"""How full this client's queues are."""

from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from client.sqs import dead_letters, queue
from client.sqs.queue import NoDeadLetterQueueError


class NotMeasuredError(Exception):
    """SQS does not say."""


@dataclass(frozen=True, kw_only=True)
class Depths:
    """What SQS said, about."""

    visible: int  # messages for this client that wait
    in_flight: int  # that were received and are being applied
    dead_letters: int
    measured_at: datetime


def measure() -> Depths:
    """Ask SQS, in two calls; raise NotMeasuredError when it does not say."""
    try:
        own = queue.depth(settings.SQS_REACTIVE_TABLES)
        dead = dead_letters.count()
    except (BotoCoreError, ClientError, NoDeadLetterQueueError) as error:
        raise NotMeasuredError(str(error)) from error
    return Depths(visible=own.visible, in_flight=own.in_flight, dead_letters=dead, measured_at=datetime.now(UTC))
