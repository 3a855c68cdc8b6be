"""`python -m bench`: three runs of every measure on a stack of its own, and a table of the medians."""

import argparse
import sys
import tempfile
from pathlib import Path

from bench.projects import use_master
from bench.report import Report
from stack.stack import Stack

RUNS = 3


def main() -> int:
    """Return 0 when every limit holds, 1 when one does not."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"of each measure ({RUNS}); the median counts")
    parser.add_argument("--only", action="append", help="measures to run: saves, flat-out, idle, bulk; repeatable")
    arguments = parser.parse_args()
    report = Report()
    with (
        tempfile.TemporaryDirectory(prefix="reactive-tables-bench-") as directory,
        Stack(Path(directory) / "stack", ports="free", debug=False) as stack,
    ):
        use_master(stack)
        from bench.measures import MEASURES  # noqa: PLC0415 - models need the settings of the stack

        for name, measure in MEASURES.items():
            if not arguments.only or name in arguments.only:
                for run in range(1, arguments.runs + 1):
                    sys.stdout.write(f"{name}, run {run} of {arguments.runs}\n")
                    sys.stdout.flush()
                    measure(stack, report)
    sys.stdout.write(report.text())
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
