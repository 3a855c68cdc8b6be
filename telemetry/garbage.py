"""Garbage collection in processes that work through batches."""

import gc

YOUNG = 20_000  # objects made, less those freed, between two collections: a batch of hundreds of rows makes as many


def spare_what_is_loaded() -> None:
    """Leave everything that is there out of future collections: modules, models and clients stay to the end.

    A full collection looks at all of them, half a million objects, and took a tenth of a busy worker's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
