"""`python -m bench`: three runs of every measure on stacks of their own, and a table of the medians."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.projects import environment_kept, use_master
from bench.report import Report
from stack.stack import Stack

RUNS = 3
ONCE = {"growth"}  # repeats within each size
# Each group on a stack of its own, with so many clients: growth begins with few users, and leaves a million.
GROUPS = (
    (1, ("saves", "flat-out", "idle", "bulk")),
    (1, ("backfill",)),
    (1, ("growth", "verify")),
    (2, ("two-clients",)),
)
NAMES = tuple(name for _, names in GROUPS for name in names)


def main() -> int:
    """Return 0 when every limit holds, 1 when one does not."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"of each measure ({RUNS}); the median counts")
    parser.add_argument("--only", action="append", choices=NAMES, help="a measure to run; repeatable")
    arguments = parser.parse_args()
    report = Report()
    try:
        for clients, group in GROUPS:
            names = [name for name in group if name in (arguments.only or NAMES)]
            if names:
                with environment_kept():
                    measure(names, clients, arguments.runs, report)
    finally:
        sys.stdout.write(report.text())  # also of what was measured before a failure
    return 0 if report.holds else 1


def measure(names: Sequence[str], clients: int, runs: int, report: Report) -> None:
    """Run measures on one new stack."""
    with (
        tempfile.TemporaryDirectory(prefix="reactive-tables-bench-") as directory,
        Stack(Path(directory) / "stack", ports="free", clients=clients, debug=False) as stack,
    ):
        use_master(stack)
        from bench import large, measures  # noqa: PLC0415 - models need the settings of the stack

        functions = measures.MEASURES | {"backfill": large.backfill, "growth": large.growth, "verify": large.verify}
        for name in names:
            for run in range(1, 1 + (1 if name in ONCE else runs)):
                sys.stdout.write(f"{name}, run {run}\n")
                sys.stdout.flush()
                functions[name](stack, report)


if __name__ == "__main__":
    sys.exit(main())
