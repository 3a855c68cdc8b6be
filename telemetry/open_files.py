"""How many files a process may have open: each connection is one.

Systems let a process begin with 1,024, containers among them, for the sake of programs that wait by `select`, which
knows no higher number. Whoever waits otherwise, as ours do, asks for as many as the administrator allows.
"""

import logging
import resource
from contextlib import suppress

OTHERS = 500  # that are no browser's connection: of threads to database and Redis, of logs, of counters

logger = logging.getLogger(__name__)


def allow_all_files(*, connections: int = 0) -> int:
    """Raise this process' limit of open files to the highest that it may have; return that.

    `connections`: how many it takes at the most, if it has such a limit; a warning says when they find no room.
    """
    allowed, highest = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # macOS names a highest one that it does not give: then it stays as it was
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest, highest))
        allowed = highest
    needed = connections + OTHERS if connections else 0
    if needed > allowed:
        logger.warning("too few open files allowed", extra={"allowed": allowed, "needed": needed})
    return allowed
