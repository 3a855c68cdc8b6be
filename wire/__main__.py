"""`python -m wire`: write `docs/wire.md` and `docs/wire/` anew from the types."""

import json
from pathlib import Path

from wire.describing import asyncapi, batch_schema, snapshot_schema
from wire.page import page

ROOT = Path(__file__).resolve().parent.parent


def files() -> dict[str, str]:
    """Return what each file says, by its path in the repository."""
    made = {"changes.schema": batch_schema(), "snapshot.schema": snapshot_schema(), "asyncapi": asyncapi()}
    written = {f"docs/wire/{name}.json": f"{json.dumps(schema, indent=1)}\n" for name, schema in made.items()}
    return written | {"docs/wire.md": page()}


def main() -> None:
    """Write them."""
    for path, text in files().items():
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_text(text)


if __name__ == "__main__":
    main()
