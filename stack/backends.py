"""The three servers that everything needs: from wheels, or those that STACK_…_URL name."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stack import emulator, postgresql, redis_server
from stack.emulator import Emulator
from stack.errors import StackError
from stack.memory import Memory
from stack.postgresql import PostgreSQL
from stack.redis_server import Redis
from stack.servers import Server


@dataclass(frozen=True, kw_only=True)
class Backends:
    """Where the servers are, and those of them that we run ourselves."""

    database_url: str
    redis_url: str
    aws_url: str
    ours: list[Server]


def choose(directory: Path, memory: Memory) -> Backends:
    """Take the servers that the environment names, else our own; raise StackError if one of the former is not there."""
    database, redis, aws = (
        os.environ.get(name, "") for name in ("STACK_DATABASE_URL", "STACK_REDIS_URL", "STACK_AWS_URL")
    )
    for problem in _problems(database, redis, aws):
        raise StackError(problem)
    own = _own(directory, memory)
    return Backends(
        database_url=database or own.database.url(),
        redis_url=redis or own.redis.url,
        aws_url=aws or own.aws.url,
        ours=[server for url, server in ((database, own.database), (redis, own.redis), (aws, own.aws)) if not url],
    )


@dataclass(frozen=True, kw_only=True)
class _Own:
    database: PostgreSQL
    redis: Redis
    aws: Emulator


def _own(directory: Path, memory: Memory) -> _Own:
    return _Own(
        database=PostgreSQL(
            directory / "postgresql", password=memory.secret("postgresql"), port=memory.port("postgresql port")
        ),
        redis=Redis(directory / "redis", password=memory.secret("redis"), port=memory.port("redis port")),
        aws=Emulator(directory / "aws", port=memory.port("aws port")),
    )


def _problems(database: str, redis: str, aws: str) -> Iterator[str]:
    if database and not postgresql.answers(database):
        yield "STACK_DATABASE_URL names a PostgreSQL server that does not let us in. Correct it, or unset it."
    if redis and not redis_server.answers(redis):
        yield "STACK_REDIS_URL names a Redis server that does not let us in. Correct it, or unset it."
    if aws and not emulator.answers(aws):
        yield f"STACK_AWS_URL is {aws}, where no AWS emulator answers. Correct it, or unset it."
