"""`make soak MINUTES=10`: random writers, random kills of anything, and a look at both databases at quiet moments."""

import argparse
import random
import secrets
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from stack.errors import StackError
from tests.faults.world import NOTHING, World
from tests.faults.writing import Report

ROUND_SECONDS = (15.0, 35.0)  # of writing and killing, before all is quiet
PAUSE_SECONDS = (0.5, 6.0)  # between two kills
AT_ONCE = (1, 1, 1, 2, 3)  # how many are killed together
RATES = (10.0, 30.0, 60.0)  # writes a second of one writer


@dataclass(kw_only=True)
class Round:
    """What happened between two quiet moments."""

    number: int
    kills: list[str] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    problem: str = ""
    seconds: float = 0.0  # until both sides were equal

    def __str__(self) -> str:
        writes = sum(report.writes for report in self.reports)
        errors = sum(sum(report.errors.values()) for report in self.reports)
        killed = ", ".join(f"{name} {self.kills.count(name)}" for name in sorted(set(self.kills)))
        end = self.problem or f"0 missing, 0 wrong, 0 extra after {self.seconds:.1f} s"
        return f"round {self.number}: {writes} writes, {errors} refused; killed {killed or 'nobody'}; {end}"


class Soak:
    """Rounds of harm, each followed by a comparison."""

    def __init__(self, world: World, *, seed: int) -> None:
        self.world = world
        self.chance = random.Random(seed)
        self.rounds: list[Round] = []

    def run(self, seconds: float) -> bool:
        """Go on for so long, or until both sides stay unequal; return whether all was well."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.rounds.append(self._round(until))
            print(self.rounds[-1], flush=True)
            if self.rounds[-1].problem:
                return False
        return True

    def _round(self, until: float) -> Round:
        this, world = Round(number=len(self.rounds) + 1), self.world
        end = min(time.monotonic() + self.chance.uniform(*ROUND_SECONDS), until)
        writers = [world.write(rate=self.chance.choice(RATES)) for _ in range(self.chance.choice([1, 2, 3]))]
        while time.monotonic() < end:
            this.kills += self._kill()
            time.sleep(self.chance.uniform(*PAUSE_SECONDS))
        this.reports = [writer.stop() for writer in writers]
        try:
            world.heal()
            this.seconds = world.settle()
        except (AssertionError, StackError) as problem:
            this.problem = f"NOT EQUAL: {problem}"
        return this

    def _kill(self) -> list[str]:
        """Kill some that run at this moment, each with all that it forked."""
        units = self.world.stack.supervisor.units
        ready = [name for name in units if self.world.process(name).is_ready]
        names = self.chance.sample(ready, min(self.chance.choice(AT_ONCE), len(ready)))
        for name in names:
            self.world.process(name).kill()
        return names

    def summary(self) -> str:
        """Return what all rounds came to."""
        kills = sum(len(each.kills) for each in self.rounds)
        writes = sum(report.writes for each in self.rounds for report in each.reports)
        bad = sum(bool(each.problem) for each in self.rounds)
        counts = "/".join(map(str, NOTHING)) if not bad else str(self.world.difference())
        slowest = max((each.seconds for each in self.rounds), default=0.0)
        return (
            f"{len(self.rounds)} rounds, {writes} writes, {kills} kills, {bad} rounds that did not end equal; "
            f"missing/wrong/extra {counts}; equal after {slowest:.1f} s at the latest"
        )


def main() -> int:
    """Return 0 when every round ended equal, else 1."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (10)")
    parser.add_argument("--seed", type=int, default=None, help="of writers and kills; one by chance is printed")
    arguments = parser.parse_args()
    seed = secrets.randbelow(10**6) if arguments.seed is None else arguments.seed
    print(f"seed {seed}", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="reactive-tables-soak-") as directory,
        World(Path(directory) / "stack", seed=seed, say=lambda line: None).running() as world,
    ):
        soak = Soak(world, seed=seed)
        well = soak.run(arguments.minutes * 60)
        print(soak.summary(), flush=True)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
