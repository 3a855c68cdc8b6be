"""Links of the documentation lead somewhere, and files that it names are there."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FILE = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|js|html|css|yml|toml|md|json|sql))`")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
# What the examples tell the reader to write.
EXAMPLES = (
    "client/wishes/",
    "templates/client/wishes/",
    "client/static/js/wishes.js",
    "tests/client/wishes/",
    "tests/e2e/test_wishes.py",
    "client/teams/",
    "client/mailboxes/",
    "master/teams/",
    "templates/client/teams/",
    "client/static/js/teams.js",
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert [link for link in LINK.findall(prose(page)) if not leads_somewhere(page, link)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = [name for name in FILE.findall(prose(page)) if not name.startswith(EXAMPLES)]
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_decision_is_listed() -> None:
    pages = {page.name for page in (ROOT / "docs/decisions").glob("*.md")} - {"README.md"}
    assert set(LINK.findall(prose(ROOT / "docs/decisions/README.md"))) == pages


def test_every_target_of_make_that_is_named_is_there() -> None:
    targets = set(re.findall(r"`make ([a-z]+)[ `]", " ".join(map(prose, PAGES))))
    assert targets >= {"up", "test", "lint", "bench", "clean", "lock"}
    for target in sorted(targets):
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S607
        assert done.returncode == 0, done.stderr


def prose(page: Path) -> str:
    return FENCED.sub("", page.read_text())


def leads_somewhere(page: Path, link: str) -> bool:
    if link.startswith("https://"):
        return True
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in anchors(target))


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
