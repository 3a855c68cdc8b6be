"""What a stack remembers from run to run: its secrets and its servers' ports."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from stack.ports import free_port, is_free


class Memory:
    """Values that are made once and kept in a file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.values: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}

    def secret(self, name: str) -> str:
        """Return a random text, the same in every run."""
        return str(self.values.get(name) or self._keep(name, secrets.token_urlsafe(48)))

    def password(self, name: str) -> str:
        """Return a random text, the same in every run, that one can type."""
        return str(self.values.get(name) or self._keep(name, secrets.token_hex(5)))

    def port(self, name: str) -> int:
        """Return a free port, the same in every run as long as nobody else takes it."""
        port = self.values.get(name)
        return port if port and is_free(port) else int(self._keep(name, free_port()))

    def _keep(self, name: str, value: str | int) -> str | int:
        self.values[name] = value
        write_private(self.path, json.dumps(self.values, indent=1))
        return value


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, all of it or nothing."""
    half = path.with_name(f"{path.name}.new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    half.replace(path)
