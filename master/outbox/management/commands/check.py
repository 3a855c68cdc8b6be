"""`python -m master check`."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands.check import Command as Check
from django.db import DEFAULT_DB_ALIAS, connections


class Command(Check):
    """Django's own, except that `--database` without an alias means the default one."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let an option be defined again."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """Take Django's arguments; make the alias optional."""
        super().add_arguments(parser)
        parser.add_argument(
            "--database",
            action="append",
            nargs="?",
            const=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            dest="databases",
            help="Run database related checks against these aliases; without one against the default.",
        )
