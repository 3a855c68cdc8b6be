"""Warnings that say nothing new."""

import warnings


def ignore_streamed_files() -> None:
    """Keep quiet about static files: WhiteNoise opens them synchronously, so Django reads each at once, in a thread."""
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
