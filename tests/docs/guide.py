"""The steps of docs/live-pages.md, as whoever follows them takes them: files to write, lines to add, commands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent.parent / "docs/live-pages.md"
STEP = re.compile(
    r"(?:`(?P<path>[\w./-]+)`(?P<how>[^\n`]*(?:`INSTALLED_APPS`)?):\n\n)?^```(?P<kind>\w+)\n(?P<text>.*?)^```$",
    re.M | re.S,
)


@dataclass(frozen=True, kw_only=True)
class Block:
    """A block of code, and what is said to be done with it."""

    path: str  # empty for a command
    adds: bool  # a line to a list, else the whole file
    kind: str
    text: str


def blocks() -> Iterator[Block]:
    """Yield the blocks of the guide, which ends where the reference begins."""
    guide = PAGE.read_text().split("\n# Reference\n")[0]
    for found in STEP.finditer(guide):
        yield Block(
            path=found["path"] or "",
            adds="INSTALLED_APPS" in (found["how"] or ""),
            kind=found["kind"],
            text=found["text"],
        )


def commands() -> list[str]:
    """Return what is to be typed, in order."""
    return [block.text.strip() for block in blocks() if block.kind == "sh"]


def follow(root: Path) -> None:
    """Take all steps in a copy of the repository, but for what is to be typed."""
    for _ in saved(root):
        pass


def saved(root: Path) -> Iterator[Block]:
    """Save one block after the other in a copy of the repository; yield each when it is saved."""
    for block in blocks():
        if block.kind != "sh":
            _save(block, root / block.path)
            yield block


def _save(block: Block, path: Path) -> None:
    if block.adds:
        before = path.read_text()
        assert before.count("INSTALLED_APPS = [\n") == 1
        path.write_text(before.replace("INSTALLED_APPS = [\n", f"INSTALLED_APPS = [\n{block.text}"))
    else:
        assert not path.exists(), f"{block.path} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text)
