"""The time of the last tick, in Redis, in milliseconds since 1970.

It is only ever raised. Ticks that overlap, that are late or that come from a host whose clock is behind change nothing,
so that nobody sees time run backwards. A clock that is set back makes time stand still until it has caught up.
"""

from django.conf import settings

from client.live.connection import redis_client

KEPT_SECONDS = 7 * 86_400

# Compared and set in one step. Milliseconds of this century are exact in Lua's floating point.
RAISE = """
local held = redis.call('GET', KEYS[1])
if held and tonumber(held) >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""


def raise_to(at: int) -> bool:
    """Remember a tick; return whether it is later than all before it, else nothing has changed."""
    client = redis_client()
    return bool(client.register_script(RAISE)(keys=[_key()], args=[at, KEPT_SECONDS]))


def last() -> int | None:
    """Return the time of the last tick; None if there was none for a week, or Redis was emptied."""
    held = redis_client().get(_key())
    return None if held is None else int(held)


def _key() -> str:
    return f"{settings.APP_NAME}:clock"
