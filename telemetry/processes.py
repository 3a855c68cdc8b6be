"""Which of the product's processes this is, told by how it was started."""

import sys
from collections.abc import Sequence
from pathlib import Path

_SERVICES = ("relay", "notices", "listener")  # commands that run until they are told to stop
_HOSTNAME = "@"  # begins the host in the name of a Celery worker


def process_name(argv: Sequence[str] = sys.argv) -> str:
    """Return `master-web`, `relay`, `worker-fast` …, or the command that is run, such as `migrate`."""
    program, *words = [Path(argv[0]).name, *argv[1:]] if argv else [""]
    if program == "__main__.py":  # python -m
        program = Path(argv[0]).parent.name
    match program, words:
        case "uvicorn", _:
            projects = [word.partition(".")[0] for word in words if ".asgi:" in word]
            return f"{projects[0]}-web" if projects else program
        case "celery", _ if "beat" in words:
            return "beat"
        case "celery", _ if "worker" in words and "-n" in words[:-1]:
            return words[words.index("-n") + 1].partition(_HOSTNAME)[0]
        case (("master" | "client"), [command, *_]):
            return command
        case _:
            return program or "python"


def runs_until_stopped(argv: Sequence[str] = sys.argv) -> bool:
    """Tell whether this is one of the processes of the product, and not a command that somebody reads the output of."""
    name = process_name(argv)
    return name in (*_SERVICES, "beat") or name.endswith("-web") or "worker" in argv
