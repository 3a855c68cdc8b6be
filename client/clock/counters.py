"""What is counted of ticks."""

from prometheus_client import Counter

ticks = Counter("clock_ticks", "Ticks that workers took up, by outcome", ["outcome"])
