"""What an outage of Redis or of the database looks like: the window goes, and its page comes again later."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

OUTAGES = (RedisError, OSError, OperationalError, InterfaceError, BrokerError)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]
