"""The lag of the last minutes and the newest versions, in Redis, where all workers write and all pages read.

It is for people who look, and may be lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from django.conf import settings

from client.live.connection import redis_client

SPAN_SECONDS = 300  # that a chart shows
KEPT = 1_200  # of each table: four a second, as one worker writes at most, for that span
EXPIRY_SECONDS = 600
VERSIONS_SECONDS = 60  # then they are looked up again: a command that ends at once may not have told its own


class Sample(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What one worker applied to one table at about one moment."""

    at: int  # milliseconds since 1970
    lag: int  # milliseconds: the longest from a change on master to its commit here
    changes: int


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is to be written of one table."""

    newest: int  # version
    sample: Sample | None  # None: nothing that was applied says when it was changed, such as what was pulled


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Sample)


def write(told: Mapping[str, Told]) -> None:
    """Write samples and versions in one round trip; raise `redis.RedisError` when Redis does not answer."""
    with redis_client().pipeline(transaction=False) as pipeline:
        for table, each in told.items():
            if each.sample:
                pipeline.lpush(_samples(table), _encoder.encode(each.sample))
                pipeline.ltrim(_samples(table), 0, KEPT - 1)
                pipeline.expire(_samples(table), EXPIRY_SECONDS)
            # `xx`: the first number comes from the table itself, for a late change is not its newest
            pipeline.zadd(_versions(), {table: each.newest}, gt=True, xx=True)
        pipeline.execute()


def recent(tables: Sequence[str], *, now: int) -> dict[str, list[Sample]]:
    """Return the samples of the last minutes, the oldest first, the worst one of each second; `now` in milliseconds."""
    with redis_client().pipeline(transaction=False) as pipeline:
        for table in tables:
            pipeline.lrange(_samples(table), 0, -1)
        answers = pipeline.execute()
    return {
        table: worst_of_seconds(map(_decoder.decode, answer), now=now)
        for table, answer in zip(tables, answers, strict=True)
    }


def worst_of_seconds(samples: Iterable[Sample], *, now: int) -> list[Sample]:
    """Join the samples of each second to one with the longest lag, leaving out those before the span."""
    seconds: dict[int, Sample] = {}
    for each in samples:
        if each.at > now - SPAN_SECONDS * 1000:
            second = each.at // 1000
            seconds[second] = joined(seconds[second], each) if second in seconds else each
    return [seconds[second] for second in sorted(seconds)]


def joined(one: Sample, other: Sample) -> Sample:
    """Return what two samples say together."""
    return Sample(at=max(one.at, other.at), lag=max(one.lag, other.lag), changes=one.changes + other.changes)


def newest_versions() -> dict[str, int]:
    """Return the newest version of each table that is known; another has to be looked up and remembered."""
    found: list[tuple[bytes, float]] = redis_client().zrange(_versions(), 0, -1, withscores=True)  # type: ignore[assignment]
    return {table.decode(): int(version) for table, version in found}


def remember_newest(versions: Mapping[str, int]) -> None:
    """Keep versions that were looked up, for a minute; what is applied meanwhile raises them."""
    with redis_client().pipeline(transaction=True) as pipeline:
        pipeline.zadd(_versions(), dict(versions), gt=True)
        pipeline.expire(_versions(), VERSIONS_SECONDS)
        pipeline.execute()


def _samples(table: str) -> str:
    return f"{settings.APP_NAME}:overview:samples:{table}"


def _versions() -> str:
    return f"{settings.APP_NAME}:overview:versions"
