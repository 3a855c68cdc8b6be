"""An ordinary account for a server that refuses to run as root."""

import os
import pwd
import stat
from pathlib import Path

from stack.errors import StackError

ACCOUNTS = ("postgres", "nobody")  # tried in turn
# The right to pass directories that are closed to the account, kept also for access(2).
PASSING = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup")


def as_ordinary_account(*paths: Path, death_signal: str) -> list[str]:
    """Return what runs a command as an ordinary account when we are root; nothing when we are ordinary ourselves.

    A checkout may lie below a directory that is closed to the account, such as /root. Then, and only then, the
    command keeps root's right to pass it: better than to open somebody's directories.
    """
    if os.geteuid() != 0:
        return []
    account = _account()
    owner = ["--reuid", account.pw_name, "--regid", str(account.pw_gid), "--clear-groups"]
    passing = () if all(map(_is_open, paths)) else PASSING
    return ["setpriv", *owner, *passing, "--pdeathsig", death_signal, "--"]


def give_to_account(*paths: Path) -> None:
    """Make files the account's own, when we are root."""
    if os.geteuid() == 0:
        for path in paths:
            os.chown(path, _account().pw_uid, _account().pw_gid)


def _is_open(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)


def _account() -> pwd.struct_passwd:
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StackError(f"PostgreSQL does not run as root. Create one of the accounts {', '.join(ACCOUNTS)}.")
