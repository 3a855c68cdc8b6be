"""What can go wrong between a client and master, each with a sentence for people."""

from collections.abc import Sequence


class MasterError(Exception):
    """Master gave no answer that one can use."""


class MasterUnreachableError(MasterError):
    """Master did not answer, not to the end, or failed itself: the same question may be answered later."""


class MasterRefusedError(MasterError):
    """Master refuses the question, or it cannot be asked: asking again does not help until something is changed."""

    def __init__(self, sentence: str, *, status: int = 0, fields: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.status = status  # 0: it was not asked
        self.fields = tuple(fields)  # those that master has, where it was asked for others
