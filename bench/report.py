"""Figures of several runs, their medians, and whether they meet their limits."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median


@dataclass(kw_only=True)
class Line:
    """One measure."""

    unit: str
    limit: float | None  # None: shown for orientation
    at_least: bool  # whether more is better
    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The value that counts."""
        return median(self.values)

    @property
    def holds(self) -> bool:
        """Whether the median meets the limit."""
        if self.limit is None:
            return True
        return self.median >= self.limit if self.at_least else self.median <= self.limit


class Report:
    """Collects values by the name of their measure, in the order of their first coming."""

    def __init__(self) -> None:
        self.lines: dict[str, Line] = {}
        self.cpu: dict[str, list[float]] = defaultdict(list)

    def at_most(self, name: str, value: float, unit: str, limit: float) -> None:
        """Add a value that should be small."""
        self.lines.setdefault(name, Line(unit=unit, limit=limit, at_least=False)).values.append(value)

    def at_least(self, name: str, value: float, unit: str, limit: float) -> None:
        """Add a value that should be large."""
        self.lines.setdefault(name, Line(unit=unit, limit=limit, at_least=True)).values.append(value)

    def shown(self, name: str, value: float, unit: str) -> None:
        """Add a value for orientation."""
        self.lines.setdefault(name, Line(unit=unit, limit=None, at_least=False)).values.append(value)

    @property
    def holds(self) -> bool:
        """Whether every limit is met."""
        return all(line.holds for line in self.lines.values())

    def text(self) -> str:
        """Return the table."""
        return "\n".join(self._rows()) + "\n"

    def _rows(self) -> Iterator[str]:
        yield f"\n{'measure':58} {'median':>10} {'limit':>12}  runs"
        for name, line in self.lines.items():
            limit = "" if line.limit is None else f"{'≥' if line.at_least else '≤'} {line.limit:g}"
            runs = " ".join(f"{value:.4g}" for value in line.values)
            verdict = "" if line.limit is None else ("  holds" if line.holds else "  MISSED")
            yield f"{name:58} {line.median:10.4g} {limit:>12}  {runs} {line.unit}{verdict}"
        if self.cpu:
            yield f"\n{'CPU seconds per 1,000 changes, one writer flat out':58} {'median':>10}"
            for process, values in sorted(self.cpu.items(), key=lambda each: -median(each[1])):
                yield f"  {process:56} {median(values):10.3f}"
