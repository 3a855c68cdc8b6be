"""The product's own commands, run in the environment of the running stack."""

import subprocess
import sys
from dataclasses import dataclass

from stack.projects import Project

SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class Done:
    """How a command ended."""

    code: int
    output: str  # standard output and standard error


def run(project: Project, *arguments: str) -> Done:
    """Run `python -m master …` or `python -m client …`."""
    done = subprocess.run(
        [sys.executable, "-m", project.package, *arguments],
        env=project.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    print(f"$ python -m {project.package} {' '.join(arguments)}\n{done.stdout}")
    return Done(code=done.returncode, output=done.stdout)
