"""A project's management shell that stays open: what runs in it costs no start of an interpreter."""

import json
import subprocess
import sys
from typing import Any

from stack.projects import Project

SERVE = """
import json, sys, traceback

for line in sys.stdin:
    code, names = json.loads(line)
    try:
        exec(code, names)
        answer = {"result": names.get("result")}
    except Exception:
        answer = {"error": traceback.format_exc()}
    print(json.dumps(answer, default=str), flush=True)
"""


class ConsoleError(Exception):
    """What ran in the shell raised; the text is its traceback."""


class Console:
    """`python -m master shell` or a client's, in the environment of a running stack."""

    def __init__(self, project: Project) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, "-m", project.package, "shell", "--verbosity", "0", "--command", SERVE],
            env=project.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __call__(self, code: str, **names: Any) -> Any:
        """Run code that sees these names; return what it leaves in `result`, as JSON has it."""
        assert self._popen.stdin
        assert self._popen.stdout
        print(json.dumps([code, names]), file=self._popen.stdin, flush=True)
        answer = json.loads(self._popen.stdout.readline())
        if "error" in answer:
            raise ConsoleError(answer["error"])
        return answer["result"]

    def close(self) -> None:
        """End the shell."""
        with self._popen:
            assert self._popen.stdin
            self._popen.stdin.close()
