"""Plain `pytest`: every part of the tests in a process of its own, then one summary over them."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("wire", "telemetry", "stack", "docs", "master", "client", "test_rooms.py", "e2e", "faults")
SHORT = ("-m", "short")  # of the faults, those that take seconds
TALLY = "PYTEST_TALLY"  # names the file that a part's process leaves its counts in
COUNTED = ("passed", "failed", "error", "skipped", "xfailed", "xpassed")
NO_TESTS = pytest.ExitCode.NO_TESTS_COLLECTED


def all_asked_for(config: pytest.Config) -> bool:
    """Tell whether the paths on the command line, or the lack of any, mean all tests."""
    return any(Path(config.invocation_params.dir, path).resolve() in (ROOT, ROOT / "tests") for path in config.args)


def run_all(config: pytest.Config) -> int:
    """Run each part with the same options; return the exit code of them all together."""
    roots = {str(path) for path in config.args}
    options = [word for word in config.invocation_params.args if word not in roots]
    total: Counter[str] = Counter()
    codes = set()
    for part in PARTS:
        if not (ROOT / "tests" / part).exists():
            continue
        print(f"\n\033[1m=== {part} ===\033[0m", flush=True)
        code, counts = _run(part, [*options, *(SHORT if part == "faults" else ())])
        codes.add(code)
        total += counts
        if code == pytest.ExitCode.INTERRUPTED or (code not in (0, NO_TESTS) and config.getoption("maxfail") == 1):
            break
    print(f"\n{summary(total)}", flush=True)
    return exit_code(codes)


def exit_code(codes: set[int]) -> int:
    """Return one exit code for many: failure wins, and no test at all is a failure too."""
    bad = codes - {0, int(NO_TESTS)}
    return max(bad) if bad else min(codes, default=int(NO_TESTS))


def summary(total: Counter[str]) -> str:
    """Return the counts as one line."""
    failed = total["failed"] + total["error"]
    others = [f"{total[name]} {name}" for name in COUNTED if name not in ("passed", "failed", "error") and total[name]]
    return ", ".join([f"{total['passed']} passed", f"{failed} failed", *others])


def write_tally(path: str, reporter: pytest.TerminalReporter) -> None:
    """Write how many tests passed, failed and so on."""
    Path(path).write_text(json.dumps({name: len(reporter.stats.get(name, ())) for name in COUNTED}))


def read_tally(path: Path, code: int) -> Counter[str]:
    """Return the counts of a process that ended with this exit code; one that left none has failed as a whole."""
    if path.exists():
        return Counter(json.loads(path.read_text()))
    return Counter(error=1) if code else Counter()


def _run(part: str, options: list[str]) -> tuple[int, Counter[str]]:
    with tempfile.TemporaryDirectory() as directory:
        tally = Path(directory) / "tally.json"
        argv = [sys.executable, "-m", "pytest", *options, f"tests/{part}"]
        code = subprocess.run(argv, cwd=ROOT, env={**os.environ, TALLY: str(tally)}, check=False).returncode
        return code, read_tally(tally, 0 if code == NO_TESTS else code)
