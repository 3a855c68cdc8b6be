"""Ending with whoever started us."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with_make() -> None:
    """When `make` runs us, end cleanly with it, even if it is killed; started by hand we outlive the shell."""
    if "MAKELEVEL" in os.environ and sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
