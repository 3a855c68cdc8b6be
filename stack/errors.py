"""What stops a start, in a sentence that says what to do."""


class StackError(Exception):
    """The stack cannot start or go on; the text says why, and what to do."""
