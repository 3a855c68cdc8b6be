"""The summary over the parts, and the exit code of them all."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import everything, parts

ALL = [sys.executable, "-m", "pytest", "tests/faults"]


@pytest.mark.parametrize(("codes", "code"), [({0}, 0), ({0, 5}, 0), ({0, 1}, 1), ({1, 2, 5}, 2), ({5}, 5), (set(), 5)])
def test_one_failure_fails_all_and_no_test_at_all_is_a_failure(codes: set[int], code: int) -> None:
    assert parts.exit_code(codes) == code


def test_the_summary_counts_errors_as_failures() -> None:
    assert parts.summary(Counter(passed=7, failed=1, error=2, skipped=3)) == "7 passed, 3 failed, 3 skipped"
    assert parts.summary(Counter()) == "0 passed, 0 failed"


def test_a_process_that_left_no_counts_has_failed(tmp_path: Path) -> None:
    assert parts.read_tally(tmp_path / "none", 3) == Counter(error=1)
    assert parts.read_tally(tmp_path / "none", 0) == Counter()


def test_a_check_that_ends_badly_counts_as_failed_whatever_it_counted(capfd: pytest.CaptureFixture[str]) -> None:
    check = everything.Check(
        step="odd", argv=lambda: ["sh", "-c", "exit 3"], count=lambda tally, code: Counter(passed=2)
    )
    assert everything.run(check) == Counter(passed=2, failed=1)
    assert "odd: sh -c exit 3" in capfd.readouterr().out


def test_an_unknown_step_is_refused(capfd: pytest.CaptureFixture[str]) -> None:
    assert everything.main(["nonsense"]) == 2
    assert "There is no step nonsense. There are: lint, types, contracts, wire" in capfd.readouterr().out


def test_make_test_has_the_short_faults_and_ci_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[str] = []

    def count(check: everything.Check, output: object = None) -> Counter[str]:
        run.append(check.step)
        return Counter(passed=1)

    monkeypatch.setattr(everything, "run", count)
    for steps, has, lacks in ([], "short-faults", "faults"), (["ci"], "faults", "short-faults"):
        run.clear()
        assert everything.main(steps) == 0
        assert has in run
        assert {*run, lacks} == set(everything.names())
        assert lacks not in run
    run.clear()
    assert everything.main(["faults"]) == 0
    assert set(run) == {"faults"}


def test_checks_side_by_side_are_all_counted_and_shown_one_after_the_other(capfd: pytest.CaptureFixture[str]) -> None:
    first = everything.Check(step="first", argv=lambda: ["sh", "-c", "echo begun; sleep 0.2; echo ended"])
    fails = everything.Check(step="fails", argv=lambda: ["sh", "-c", "echo beside; exit 3"], is_beside=True)
    assert everything.run_together([first, fails]) == Counter(passed=1, failed=1)
    words = [line for line in capfd.readouterr().out.splitlines() if line and "===" not in line]
    assert words == ["begun", "ended", "beside"]


def test_the_runs_of_the_faults_are_all_of_them_and_none_twice() -> None:
    chosen = [check.argv() for check in everything.CHECKS if check.step == "faults"]
    runs = [subprocess.Popen([*argv, "--co", "-q"], stdout=subprocess.PIPE, text=True) for argv in [*chosen, ALL]]
    *some, every = [[line for line in run.communicate()[0].splitlines() if "::" in line] for run in runs]
    assert len(some) > 1
    assert every
    assert Counter(name for names in some for name in names) == Counter(every)
