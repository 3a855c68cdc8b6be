"""What a receiver knows of the rows of each table."""

from collections.abc import Mapping
from typing import Any

import msgspec


class Table:
    """The typed fields of one table's rows: all optional, so that a new column may be deployed on either side first."""

    def __init__(self, name: str, fields: Mapping[str, Any]) -> None:
        self.name = name
        row_type = msgspec.defstruct(
            f"{name}_row",
            [(field, kind | msgspec.UnsetType, msgspec.UNSET) for field, kind in fields.items()],
            frozen=True,
            kw_only=True,
        )
        self._decoder = msgspec.json.Decoder(row_type)

    def decode(self, row: msgspec.Raw) -> dict[str, Any]:
        """Return the known fields that are present, unknown ones ignored; raise `msgspec.ValidationError`."""
        decoded = self._decoder.decode(row)
        return {field: getattr(decoded, field) for field in decoded.__struct_fields__ if _is_set(decoded, field)}


def _is_set(row: msgspec.Struct, field: str) -> bool:
    return getattr(row, field) is not msgspec.UNSET
