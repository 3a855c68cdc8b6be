"""What nobody catches ends a process or a thread with a line of the log; Python itself would write many lines."""

import logging
import sys
import threading
from types import TracebackType

logger = logging.getLogger(__name__)


def log_what_nobody_catches() -> None:
    """Let it be logged from here on: in a process that runs until it is stopped, nobody reads what stands beside."""
    sys.excepthook = _of_process
    threading.excepthook = _of_thread
    sys.unraisablehook = _of_cleaning


def _of_process(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        logger.critical("process ended by an error", exc_info=(kind, error, trace))


def _of_thread(args: threading.ExceptHookArgs) -> None:
    error = args.exc_value
    if error is not None and not isinstance(error, SystemExit):
        logger.error("thread ended by an error", exc_info=(args.exc_type, error, args.exc_traceback))


def _of_cleaning(args: "sys.UnraisableHookArgs") -> None:
    error = args.exc_value
    if error is not None:
        logger.error("error that nobody can catch", exc_info=(args.exc_type, error, args.exc_traceback))
