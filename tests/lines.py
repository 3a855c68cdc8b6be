"""Every line that is logged while tests run has fields of the schema, or of ours that the index template knows."""

import json
import logging

from telemetry.ecs import Formatter
from tests.logged import flat
from tests.telemetry.schema import wrong_fields


class LineCheck(logging.Handler):
    """Notes what is wrong with the lines of this process; of those that look alike it looks at one."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Formatter(service="tests", process="pytest"))
        self.wrong: list[str] = []
        self._seen: set[object] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a line as it would leave the process."""
        looks = record.name, record.msg, frozenset((name, type(value)) for name, value in vars(record).items())
        if looks not in self._seen:
            self._seen.add(looks)
            line = json.loads(self.format(record))
            self.wrong += [f"{record.name}: {line['message']}: {each}" for each in wrong_fields(flat(line))]

    def taken(self) -> list[str]:
        """Return what is wrong, and forget it."""
        wrong, self.wrong = self.wrong, []
        return wrong
