"""The picture of a name: a Julia set that no other name has. A few seconds of work for one core."""

import cmath
import hashlib
from collections.abc import Iterator
from math import sqrt

SIZE = 256  # pixels, in both directions
SHADES = 64
SAMPLES = (0.25, 0.75)  # of a pixel, in both directions: their mean is smoother
MOST = 80  # steps that a point may take to get away
HALF = 1.5  # the plane that is drawn, from its middle


def rows(name: str, *, size: int = SIZE) -> Iterator[bytes]:
    """Yield the rows of a name's picture; a byte is the shade of a pixel, below SHADES."""
    constant = constant_of(name)
    step = 2 * HALF / size
    for row in range(size):
        heights = [(row + part) * step - HALF for part in SAMPLES]
        yield bytes(_pixel(column, step, heights, constant) for column in range(size))


def constant_of(name: str) -> complex:
    """Return what makes a name's set: a point just outside of the Mandelbrot set's heart, where sets are rich."""
    digest = hashlib.sha256(name.encode()).digest()
    turn = cmath.exp(2j * cmath.pi * int.from_bytes(digest[:4]) / 2**32)
    return 1.02 * (turn / 2 - turn * turn / 4)


def _pixel(column: int, step: float, heights: list[float], constant: complex) -> int:
    total = 0
    for part in SAMPLES:
        across = (column + part) * step - HALF
        total += sum(_steps(complex(across, height), constant) for height in heights)
    return int(sqrt(total / (len(SAMPLES) ** 2 * MOST)) * (SHADES - 1))


def _steps(point: complex, constant: complex) -> int:
    """Return after how many steps a point gets away; MOST when it does not."""
    for count in range(MOST):
        if point.real * point.real + point.imag * point.imag > 4:
            return count
        point = point * point + constant
    return MOST
