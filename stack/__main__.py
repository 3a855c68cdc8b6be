"""`python -m stack up`: the whole product in the foreground, until Ctrl-C."""

import argparse
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from stack import demo
from stack.console import Console
from stack.errors import StackError
from stack.lock import Lock
from stack.parent import end_with_make
from stack.processes import MASTER
from stack.reload import Reloader
from stack.stack import DEFAULT_BASE, Stack

ROOT = Path(__file__).resolve().parent.parent
PORTS = range(1024, 65_000)
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked us to end."""


def main() -> int:
    """Return the exit code: 0 when asked to stop, 1 when something failed."""
    arguments = _parser().parse_args()
    end_with_make()
    for number in ENDINGS:
        signal.signal(number, _stop)
    console = Console()
    try:
        return int(arguments.run(arguments, console))
    except Stopped:
        console.print("stopped")
        return 0
    except StackError as error:
        console.print(f"\n{error}")
        return 1
    finally:
        console.close()


def _up(arguments: argparse.Namespace, console: Console) -> int:
    stack = Stack(
        arguments.directory,
        clients=arguments.clients,
        ports=arguments.port_base,
        concurrency=arguments.concurrency,
        say=console.say,
    )
    with stack:
        console.print("\n".join(_welcome(stack, demo.create(stack))))
        Reloader(ROOT, stack.supervisor, stack.processes.values(), console.say).start()
        stack.supervisor.join()
    console.print("The supervisor ended by itself.")
    return 1


def _welcome(stack: Stack, seen: demo.Demo) -> Iterator[str]:
    yield "ready"
    password = seen.password or "(the password that you have set)"
    yield f"  {MASTER}'s admin    {stack.url('master-web')}/admin/    {demo.ADMIN} / {password}"
    for web, link in seen.links.items():
        yield f"  {web:16}  {stack.url(web)}/    sign in as {demo.USER}: {link}"
    yield f"  settings and logs in {stack.directory}; Ctrl-C ends everything"


def _stop(number: int, frame: FrameType | None) -> None:
    for each in ENDINGS:
        signal.signal(each, signal.SIG_IGN)  # one is enough: what follows is the clean end
    raise Stopped


def _clean(arguments: argparse.Namespace, console: Console) -> int:
    lock = Lock(arguments.directory / "lock")
    lock.take()
    shutil.rmtree(arguments.directory)
    lock.release()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stack", description="Run the whole product on this machine.")
    parser.add_argument("--directory", type=Path, default=ROOT / ".stack", help="for data, settings and logs (.stack)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="run until Ctrl-C")
    up.add_argument("--clients", type=_count, default=1, help="how many clients (1)")
    up.add_argument("--port-base", type=_port, default=DEFAULT_BASE, help=f"first of the webs' ports ({DEFAULT_BASE})")
    up.add_argument("--concurrency", type=_count, default=1, help="processes of each Celery worker (1)")
    up.set_defaults(run=_up)
    commands.add_parser("clean", help="forget all data, settings and logs").set_defaults(run=_clean)
    return parser


def _count(word: str) -> int:
    if not word.isdigit() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word!r} is not a whole number above 0")
    return int(word)


def _port(word: str) -> int:
    if not word.isdigit() or not PORTS.start <= int(word) < PORTS.stop:
        raise argparse.ArgumentTypeError(f"{word!r} is not a number from {PORTS.start} to {PORTS.stop - 1}")
    return int(word)


if __name__ == "__main__":
    sys.exit(main())
