"""What one page says was measured is what the page of measurements says."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
FIGURE = re.compile(r"(?<![\d.,])(\d[\d,]*(?:\.\d+)?) (?:times|rows a second|rows/s|µs|ms|KB|s)\b")


def test_the_limits_of_the_stages_are_those_that_were_measured() -> None:
    stages = (DOCS / "scale.md").read_text().partition("## The stages")[2].partition("\n## ")[0]
    measured = (DOCS / "performance.md").read_text()
    figures = set(FIGURE.findall(stages))
    assert len(figures) > 12
    assert {
        each for each in figures if not re.search(rf"(?<![\d.,]){re.escape(each)}(?![\d]|[.,]\d)", measured)
    } == set()
