"""Receive messages and hand them to Celery in batches, only while this client can take them."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError
from df_websockets.tasks import SERVER, import_signals_and_functions, trigger
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from client.sqs import metrics
from client.sqs.gate import Gate
from client.sqs.queue import Message, receive
from telemetry import context
from telemetry.ecs import duration
from telemetry.heartbeat import Heartbeat, heartbeat
from wire.decoding import traces_in

logger = logging.getLogger(__name__)

RECEIVERS = 3  # long polls at a time
BATCH_BYTES = 200_000  # a few hundred changes
LOOK_SECONDS = 0.2  # how often a waiting thread looks whether it should stop
LAST_SECONDS = 1.0  # for the last hand-over: SQS delivers again what a broker that hangs does not take
CLOSED_SECONDS = 0.25  # before a closed gate is tried again
FAILED_SECONDS = 1.0  # before SQS is tried again
RECEIVE_LIMIT_SECONDS = 120.0  # in which a long poll, tries included, has ended or is stuck


@dataclass(frozen=True, kw_only=True)
class Received:
    """A message and when it came, in seconds since 1970."""

    message: Message
    at: float

    def as_argument(self) -> dict[str, object]:
        """Return it as an argument of the signal `replication.apply`."""
        return {"id": self.message.id, "body": self.message.body, "receipt": self.message.receipt, "received": self.at}


class Listener:
    """Receives in threads, joins what is there, triggers `replication.apply`. It deletes nothing."""

    def __init__(self, gate: Gate | None = None, receivers: int = RECEIVERS) -> None:
        self.gate = gate or Gate()
        self.receivers = receivers
        self.stop = threading.Event()
        self._received: queue.Queue[Received] = queue.Queue(maxsize=100)
        self._defects: list[Exception] = []

    def run(self) -> bool:
        """Listen until `stop` is set. A long poll under way is cut off: it holds no messages yet.

        Returns False when a hand-over is still under way, since the broker hangs; then nothing waits for it.
        Raises what a thread of it died of: a process that ends is started again, a deaf one is not noticed.
        """
        import_signals_and_functions()  # or the first message would wait for it
        for number in range(self.receivers):
            self._start(partial(self._receive, heartbeat(f"receiver {number + 1}", limit=RECEIVE_LIMIT_SECONDS)))
        handing = self._start(partial(self._hand_over_all, heartbeat("hand-over")))
        while not self.stop.is_set():
            handing.join(LOOK_SECONDS)
        handing.join(LAST_SECONDS)
        for defect in self._defects:
            raise defect
        return not handing.is_alive()

    def _start(self, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=self._work_or_end, args=[work], daemon=True)
        thread.start()
        return thread

    def _work_or_end(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            self._defects.append(error)
            self.stop.set()

    def _hand_over_all(self, pulse: Heartbeat) -> None:
        while not self.stop.is_set():
            pulse.beat()
            try:
                first = self._received.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            self._hand_over(self._join(first))
        self._hand_over(self._join(None))

    def _receive(self, pulse: Heartbeat) -> None:
        while not self.stop.is_set():
            pulse.beat()
            if not self.gate.is_open():
                self.stop.wait(CLOSED_SECONDS)
                continue
            try:
                messages = receive()
            except (BotoCoreError, ClientError) as error:
                logger.warning("receive failed", extra={"error.message": str(error)})
                self.stop.wait(FAILED_SECONDS)
                continue
            now = time.time()
            _count(messages, now)
            for message in messages:
                self._received.put(Received(message=message, at=now))

    def _join(self, first: Received | None) -> list[Received]:
        """Take what is there, up to the size of a batch."""
        batch = [first] if first else []
        size = len(first.message.body) if first else 0
        while size < BATCH_BYTES:
            try:
                received = self._received.get_nowait()
            except queue.Empty:
                break
            batch.append(received)
            size += len(received.message.body)
        return batch

    def _hand_over(self, batch: Sequence[Received]) -> None:
        """Trigger the signal; should the broker fail, SQS delivers the messages again."""
        if not batch:
            return
        started = time.monotonic()
        arguments = [received.as_argument() for received in batch]
        with context.part_of(trace for received in batch for trace in traces_in(received.message.body)):
            try:
                trigger(None, "replication.apply", to=[SERVER], lane="fast", messages=arguments)
            except (OperationalError, RedisError) as error:
                logger.warning("broker unreachable", extra={"error.message": str(error), "messages": len(batch)})
            else:
                took = duration(time.monotonic() - started)
                logger.info("handed over", extra={"messages": len(batch), "event.duration": took})


def _count(messages: Sequence[Message], now: float) -> None:
    metrics.receives.inc()
    metrics.received.inc(len(messages))
    ages = [now - message.sent_at for message in messages if message.sent_at]
    metrics.oldest.set(max(0.0, *ages) if ages else 0.0)
