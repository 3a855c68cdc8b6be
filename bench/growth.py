"""The picture of docs/performance.md: what a change costs, by the number of users."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "docs" / "growth.svg"
WIDTH, HEIGHT, MARGIN = 640, 320, 56


@dataclass(frozen=True, kw_only=True)
class Point:
    """One size and its cost."""

    users: int
    milliseconds: float  # of processor time for one change, all processes together


def draw(points: Sequence[Point], file: Path = FILE) -> None:
    """Write the picture, the number of users on a logarithmic axis, the cost from 0."""
    top = max(point.milliseconds for point in points) * 1.25
    first, last = (math.log10(points[index].users) for index in (0, -1))
    placed = [
        (
            MARGIN + (math.log10(point.users) - first) / (last - first) * (WIDTH - 2 * MARGIN),
            HEIGHT - MARGIN - point.milliseconds / top * (HEIGHT - 2 * MARGIN),
            point,
        )
        for point in points
    ]
    floor = HEIGHT - MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="13" text-anchor="middle">',
        "<title>Processor time of one change by the number of users</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<path d="M{MARGIN} {MARGIN / 2} V{floor} H{WIDTH - MARGIN / 2}" fill="none" stroke="#667"/>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}">users on master and on the client</text>',
        f'<text x="{MARGIN}" y="16" text-anchor="start">processor time of one change, ms</text>',
        f'<polyline points="{" ".join(f"{x:.0f},{y:.0f}" for x, y, _ in placed)}" fill="none" stroke="#06c" '
        f'stroke-width="2"/>',
    ]
    for x, y, point in placed:
        lines += [
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="#06c"/>',
            f'<text x="{x:.0f}" y="{y - 10:.0f}">{point.milliseconds:.2f}</text>',
            f'<text x="{x:.0f}" y="{floor + 18}">{point.users:,}</text>',
        ]
    file.write_text("\n".join([*lines, "</svg>"]) + "\n")
