"""`python -m client backfill`."""

from argparse import ArgumentTypeError
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError

from client.pull import progress
from client.pull.arguments import table_named
from client.pull.errors import MasterError
from client.pull.linking import link, matchable, planned
from client.pull.lock import is_held
from client.pull.master import page
from client.pull.match import Plan
from client.pull.state import begin, lock_name
from client.pull.watching import Watch, asked
from client.replication.declare import Replica, replicas

SHOWN = 20  # rows of each kind that a dry run names
WHY = {
    "ambiguous": "several rows for one value",
    "case": "differs from master's in case",
    "staff": "may administrate this client",
    "taken": "this client has a copy in another row already",
}


def _positive(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise ArgumentTypeError(f"{word} is not a whole number of 1 or more")
    return int(word)


class Command(BaseCommand):
    """Have a worker bring everything, and watch it."""

    help = (
        "Bring a table everything that master has, by the worker of the queue slow, while live changes flow. Goes on "
        "where an earlier run was ended. Ctrl-C ends the watching only."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what may be asked for."""
        parser.add_argument("table", help="its name on the wire, such as users")
        parser.add_argument("--rate", type=_positive, metavar="ROWS_PER_SECOND", help="be no quicker than this")
        parser.add_argument("--again", action="store_true", help="begin at the first page, whatever was reached")
        parser.add_argument("--match", metavar="FIELD", help="link local rows to master's by this field; a dry run")
        parser.add_argument("--yes", action="store_true", help="with --match: do link them, then back-fill")

    def handle(self, *args: Any, **options: Any) -> None:
        """Have it done; what goes wrong is a sentence."""
        table = table_named(options["table"])
        if options["yes"] and not options["match"]:
            raise CommandError("--yes does something with --match only.")
        try:
            self._back_fill(table, options)
        except MasterError as error:
            raise CommandError(f"{table} cannot be back-filled: {error}.") from error
        except (DatabaseError, InterfaceError) as error:
            raise CommandError(
                f"This client's database does not do it: {str(error).strip()}. What was reached is kept; "
                "run the command again."
            ) from error

    def _back_fill(self, table: str, options: Mapping[str, Any]) -> None:
        """Ask master for a first sign of life, ask a worker, and watch."""
        if options["match"] and not self._match(replicas[table], options["match"], really=options["yes"]):
            return
        page(table, after=None, limit=1)
        state = begin(table, rate=options["rate"], again=options["again"])
        if is_held(lock_name(table)):
            self.stdout.write(f"{table}: a worker is at it already; this shows how far it is")
        elif state.position:
            self.stdout.write(f"{table}: goes on after {state.done:,} rows")
        asked(table)
        self._watch(table)

    def _watch(self, table: str) -> None:
        try:
            finished = Watch(table, self.stdout).run()
        except KeyboardInterrupt:
            self.stdout.write(f"\n{table}: the worker goes on by itself. Run the same command to watch it again.")
            return
        for line in progress.summary(finished):
            self.stdout.write(line)
        if finished.refused:
            raise CommandError(
                f"Refused, and not as on master here: {finished.refused:,} of {finished.done:,} rows. The log of "
                "worker-slow names each and says why: message `row refused`. Mend the cause, then run "
                f"`python -m client verify {table} --repair`."
            )

    def _match(self, replica: Replica, name: str, *, really: bool) -> bool:
        """Show what would be linked, and link it if that is meant; return whether to go on."""
        if name not in matchable(replica):
            raise CommandError(
                f"{replica.table} cannot be matched by {name!r}. Name one of {', '.join(matchable(replica))}."
            )
        plan = planned(replica, name)
        self._show(plan, name)
        if not really:
            self.stdout.write("Nothing is linked yet: add --yes to link them and back-fill.")
            return False
        self.stdout.write(f"{link(replica, name, plan.links):,} rows linked")
        return True

    def _show(self, plan: Plan, name: str) -> None:
        self.stdout.write(f"{len(plan.links):,} local rows have the {name} of one of master's, and would be linked:")
        for each in plan.links[:SHOWN]:
            self.stdout.write(f"  {each.value} -> {each.key}")
        if len(plan.links) > SHOWN:
            self.stdout.write(f"  and {len(plan.links) - SHOWN:,} more")
        for left in plan.left_alone:
            theirs = f"; on master {', '.join(left.theirs)}"
            self.stdout.write(f"  left alone, {WHY[left.reason]}: {', '.join(left.values)}{theirs}")
        if plan.unknown:
            self.stdout.write(f"  left alone, not on master: {plan.unknown:,} rows")
