"""`make test`: every check that takes no more than minutes, or those named; the last line sums them up.

`make ci` is all of them: every fault, not the short ones alone. A check that is not a test, such as the types of one
project, counts as one.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests import parts, tools
from tests.surroundings import SURROUNDINGS

ROOT = Path(__file__).resolve().parent.parent
# tests that need no project, and what all tests share
PLAIN = (
    "wire",
    "telemetry",
    "stack",
    "docs",
    "chromium.py",
    "conftest.py",
    "everything.py",
    "harness.py",
    "lines.py",
    "logged.py",
    "parts.py",
    "test_rooms.py",
    "tools.py",
)
BOLD, RED, RESET = "\033[1m", "\033[31m", "\033[0m"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One command that checks something."""

    step: str  # the name that asks for it
    argv: Callable[[], Sequence[str]]  # may fetch the tool first
    env: dict[str, str] = field(default_factory=dict)
    count: Callable[[Path, int], Counter[str]] = lambda tally, code: one(code)
    is_beside: bool = False  # runs at the same time as the check before it, and shows its output when it has ended


def main(steps: Sequence[str]) -> int:
    """Run the steps named, or those of `make test`; return 0 if nothing failed."""
    steps = _chosen(steps)
    unknown = set(steps) - {check.step for check in CHECKS}
    if unknown:
        print(f"There is no step {', '.join(sorted(unknown))}. There are: {', '.join(names())}.")
        return 2
    total: Counter[str] = Counter()
    for together in _together([check for check in CHECKS if check.step in steps]):
        total += run_together(together)
    print(f"\n{parts.summary(total)}")
    return 1 if total["failed"] + total["error"] else 0


def run_together(checks: Sequence[Check]) -> Counter[str]:
    """Run checks at the same time and count; the first one's output is seen as it comes, that of others afterwards."""
    first, *others = checks
    with ThreadPoolExecutor(max_workers=len(checks)) as pool, ExitStack() as files:
        outputs = [files.enter_context(tempfile.TemporaryFile("w+")) for _ in others]
        runs = [pool.submit(run, check, output) for check, output in zip(others, outputs, strict=True)]
        total = run(first)
        for each, output in zip(runs, outputs, strict=True):
            total += each.result()
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout)
    return total


def run(check: Check, output: IO[str] | None = None) -> Counter[str]:
    """Run one check and count; what it writes goes to standard output, or to a file."""
    try:
        argv = check.argv()
    except tools.ToolError as missing:
        print(f"\n{BOLD}=== {check.step}{RESET}\n{RED}{missing}{RESET}", flush=True, file=output)
        return Counter(failed=1)
    print(f"\n{BOLD}=== {check.step}: {_shown(argv)}{RESET}", flush=True, file=output)
    with tempfile.TemporaryDirectory() as directory:
        tally = Path(directory) / "tally"
        env = os.environ | check.env | {parts.TALLY: str(tally)}
        argv = [word.format(tally=tally) if word.startswith("--test-reporter") else word for word in argv]
        code = subprocess.run(argv, cwd=ROOT, env=env, check=False, stdout=output, stderr=output).returncode
        counts = check.count(tally, code)
    if code and not counts["failed"] + counts["error"]:
        counts["failed"] += 1
    return counts


def _together(checks: Sequence[Check]) -> list[list[Check]]:
    groups: list[list[Check]] = []
    for check in checks:
        if check.is_beside and groups:
            groups[-1].append(check)
        else:
            groups.append([check])
    return groups


def one(code: int) -> Counter[str]:
    """Count a check that passes or fails as a whole."""
    return Counter(failed=1) if code else Counter(passed=1)


def names() -> list[str]:
    """Return the steps in their order."""
    return list(dict.fromkeys(check.step for check in CHECKS))


def _chosen(steps: Sequence[str]) -> Sequence[str]:
    """Return what is meant by no step at all, and by `ci`."""
    left_out = {(): "faults", ("ci",): "short-faults"}.get(tuple(steps))
    return [name for name in names() if name != left_out] if left_out else steps


def _shown(argv: Sequence[str]) -> str:
    return " ".join([Path(argv[0]).name, *argv[1:]])


def _python(*argv: str) -> Callable[[], list[str]]:
    return lambda: [sys.executable, "-m", *argv]


def _installed(*argv: str) -> Callable[[], list[str]]:
    """Return a command of the virtual environment that is no Python module."""
    return lambda: [str(Path(sys.executable).with_name(argv[0])), *argv[1:]]


def _types(project: str, *paths: str) -> Check:
    env = SURROUNDINGS | {"DJANGO_SETTINGS_MODULE": f"{project}.settings"}
    there = [path for path in paths if (ROOT / path).is_file() or any((ROOT / path).rglob("*.py"))]
    return Check(step="types", argv=_python("mypy", "--cache-dir", f".mypy_cache/{project}", *there), env=env)


def _tests(part: str, *options: str, step: str = "", is_beside: bool = False) -> Check:
    step = step or part.removeprefix("test_").removesuffix(".py")  # test_rooms.py is `rooms`
    argv = _python("pytest", *options, f"tests/{part}")
    return Check(step=step, argv=argv, count=parts.read_tally, is_beside=is_beside)


def _node_tests() -> list[str]:
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/js").rglob("*.test.js"))
    return [tools.node(), "--test", *_REPORTERS, *files]


def _read_tap(tally: Path, code: int) -> Counter[str]:
    lines = tally.read_text().splitlines() if tally.exists() else []
    counts = dict(line.removeprefix("# ").split(" ", 1) for line in lines if line.startswith(("# pass ", "# fail ")))
    return Counter(passed=int(counts.get("pass", 0)), failed=int(counts.get("fail", code)))


_REPORTERS = (
    *("--test-reporter=spec", "--test-reporter-destination=stdout"),
    *("--test-reporter=tap", "--test-reporter-destination={tally}"),
)
CHECKS = (
    Check(step="lint", argv=_python("ruff", "check", ".")),
    Check(step="lint", argv=_python("ruff", "format", "--check", ".")),
    Check(step="lint", argv=_python("djlint", "--quiet", "--lint", "templates")),
    Check(step="lint", argv=lambda: [tools.eslint(), "--max-warnings", "0", "."]),
    _types(
        "master",
        "master",
        "wire",
        "telemetry",
        "stack",
        "tests/master",
        "tests/faults",
        *(f"tests/{part}" for part in PLAIN),
    ),
    _types("client", "client", "tests/client", "tests/e2e", "bench"),
    Check(step="contracts", argv=_installed("lint-imports")),
    *(_tests(part, is_beside=part == "client") for part in parts.PARTS if part not in ("e2e", "faults")),
    Check(step="js", argv=_node_tests, count=_read_tap),
    _tests("e2e"),
    _tests("faults", *parts.SHORT, step="short-faults"),
    _tests("faults", "--half", "0"),
    _tests("faults", "--half", "1", is_beside=True),
    _tests("faults", "-m", "alone"),
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
