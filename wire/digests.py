"""Digests of rows and of buckets of rows, as SQL that gives equal text on both sides.

A value is first written as text that depends on no setting of a server: times in UTC, numbers without trailing zeros,
floating-point numbers bit by bit.
md5 serves as a quick and well-spread function that every PostgreSQL has, not as a protection.
"""

from collections.abc import Iterable

BUCKETS = 1024

# How a value of a type that begins so is written; all others as PostgreSQL does, which no setting changes.
_TEXTS = {
    "timestamp with time zone": """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')""",
    "timestamp": """to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.US')""",
    "date": "to_char({}, 'YYYY-MM-DD')",
    "numeric": "trim_scale({})::text",
    "double precision": "encode(float8send({}), 'hex')",
    "real": "encode(float4send({}), 'hex')",
    "interval": "trim_scale(extract(epoch FROM {})::numeric)::text",  # as it travels: a day has 24 hours
    "bytea": "encode({}, 'hex')",
}


def bucket_sql(key: str) -> str:
    """Return the expression for the bucket of a key, 0 to 1,023; `key` is an expression of type text."""
    return f"('x' || substr(md5({key}), 1, 4))::bit(16)::int % {BUCKETS}"


def row_digest_sql(columns: Iterable[tuple[str, str]]) -> str:
    """Return the expression for the digest of a row, a bigint.

    `columns` are expressions, each with its type as PostgreSQL names it, such as `varchar(150)`. Both sides name the
    same fields in the same order.
    """
    values = ", ".join(_text(expression, kind) for expression, kind in columns)
    return f"('x' || substr(md5(json_build_array({values})::text), 1, 16))::bit(64)::bigint"


def hexadecimal_sql(digest: str) -> str:
    """Return the expression for a digest as it travels, 16 hexadecimal digits."""
    return f"lpad(to_hex({digest}), 16, '0')"


def _text(expression: str, kind: str) -> str:
    template = next((text for beginning, text in _TEXTS.items() if kind.startswith(beginning)), "{}::text")
    return template.format(expression)
