"""`python -m client dead_letters list|show|retry|repair|discard`."""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, InterfaceError
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from client.pull.errors import MasterError
from client.pull.repair import repair
from client.sqs import mending
from client.sqs.dead_letters import LEAST_PREFIX, Box, NotChosenError, chosen, standing_of
from client.sqs.interrupts import interrupted_alike
from client.sqs.letters import Letter, joined, pretty, readable
from client.sqs.mending import Outcome
from client.sqs.queue import NoDeadLetterQueueError

REST_IS_KEPT = "The letters that were not named above are kept."
NOTES = {
    "overtaken": "overtaken: something newer is held here",
    "applied": "applied: this version is held here",
    "needed": "needed: this client holds less",
    "unreadable": "unreadable: nobody can say",
}


class Command(BaseCommand):
    """Look at the events that this client could not take, and mend them."""

    help = (
        "Read this client's dead-letter queue without losing what is read, and mend what is in it. Exit code 0: done; "
        "1: something could not be done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for an action, and for letters."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        listing = actions.add_parser("list", help="one line for each letter")
        listing.add_argument("--json", action="store_true", dest="as_json", help="one JSON object for each letter")
        showing = actions.add_parser("show", help="everything of a letter")
        showing.add_argument("ids", nargs=1, metavar="ID", help=f"the beginning of an id, {LEAST_PREFIX} characters")
        for name, what in (
            ("retry", "send letters to the main queue again"),
            ("repair", "ask master how the objects look now, apply the answer, remove the letters"),
            ("discard", "remove letters, and log why"),
        ):
            action = actions.add_parser(name, help=what)
            action.add_argument("ids", nargs="*", metavar="ID", help="beginnings of ids")
            action.add_argument("--all", action="store_true", dest="every", help="all letters that can be seen")
            if name == "discard":
                action.add_argument(
                    "--reason", default="", metavar="TEXT", help="why they are not needed: it is logged"
                )

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        """Open the queue and act; what goes wrong is a sentence."""
        try:
            with interrupted_alike():
                getattr(self, f"_{action}")(options)
        except KeyboardInterrupt as error:
            raise CommandError("Interrupted; what was read and not removed is given back.", returncode=130) from error
        except NotChosenError as error:
            raise CommandError(str(error)) from error
        except NoDeadLetterQueueError as error:
            raise CommandError(f"{error}. `python -m master provision` makes one.") from error
        except MasterError as error:
            raise CommandError(f"{error}. {REST_IS_KEPT}") from error
        except (DatabaseError, InterfaceError, RedisError, BrokerError) as error:
            raise CommandError(f"The database, or Redis, does not do it: {error}. {REST_IS_KEPT}") from error
        except (BotoCoreError, ClientError) as error:
            raise CommandError(f"SQS does not do it: {error}. What was read is seen again within a minute.") from error

    def _list(self, options: dict[str, Any]) -> None:
        with Box() as box:
            lines = sorted((_summary(letter) for letter in joined(box)), key=lambda line: str(line["since"]))
            if options["as_json"]:
                self._write(map(json.dumps, lines))
            else:
                self._write(_table(lines) if lines else ["There are no dead letters to be seen."])
            if rest := _rest(box):
                self.stderr.write(rest)

    def _show(self, options: dict[str, Any]) -> None:
        with Box() as box:
            (letter,) = chosen(joined(box), options["ids"])
            summary = _summary(letter) | {"state": NOTES[standing_of(letter)]}
            self._write(
                f"{name + ':':12}{readable(str(value))}" for name, value in summary.items() if name != "objects"
            )
            self._write(f"{'object:':12}{readable(each)}" for each in summary["objects"])
            self._write(["", pretty(letter.body)])

    def _retry(self, options: dict[str, Any]) -> None:
        self._mend(options, mending.retry)

    def _repair(self, options: dict[str, Any]) -> None:
        self._mend(options, partial(mending.repair, pull=repair))

    def _discard(self, options: dict[str, Any]) -> None:
        because = options["reason"].strip()
        if not because:
            raise CommandError("Say why by --reason TEXT: it is logged, and the letters are gone.")
        self._mend(options, partial(mending.discard, because=because))

    def _mend(self, options: dict[str, Any], mend: Callable[[Letter], Outcome]) -> None:
        """Mend the letters that were asked for; raise CommandError when one was kept."""
        if options["every"] == bool(options["ids"]):
            raise CommandError("Name the letters by the beginnings of their ids, or say --all.")
        done = kept = 0
        with Box() as box:
            letters = joined(box)
            for letter in letters if options["every"] else chosen(letters, options["ids"]):
                outcome = mend(letter)
                if outcome.done:
                    box.remove(letter)
                self._write([f"{letter.id}  {readable(outcome.says)}"])
                done, kept = done + outcome.done, kept + (not outcome.done)
            rest = _rest(box) if options["every"] else ""
        self._write([f"{done} done, {kept} kept"])
        if kept:
            raise CommandError(f"{kept} of {done + kept} letters are kept, for the reasons above.")
        if rest:
            raise CommandError(rest)

    def _write(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)


def _rest(box: Box) -> str:
    """Say what is there and was not read; nothing where all was."""
    if box.is_cut_short:
        return "Letters keep coming: the reading was ended. Run the command again for the rest."
    if not box.unseen:
        return ""
    return (
        f"About {box.unseen} more did not come: somebody else reads them at this moment, or did a minute ago, or SQS "
        "kept them back. Try again in a minute."
    )


def _summary(letter: Letter) -> dict[str, Any]:
    """Return what is told of a letter, as JSON has it."""
    return {
        "id": letter.id,
        "letters": len(letter.ids),
        "since": letter.since.isoformat(timespec="seconds"),
        "state": standing_of(letter),
        "reason": letter.why,
        "message_id": letter.message_id,
        "cut": letter.cut,
        "events": len(letter.events),
        "objects": [str(each) for each in letter.named],
    }


def _table(lines: Sequence[dict[str, Any]]) -> Iterable[str]:
    """Yield a line for each letter, under a head."""
    begins = _shortest([line["id"] for line in lines])
    yield f"{'ID':{begins}}  {'SINCE':25}  {'STATE':10}  OBJECT, REASON"
    for line in lines:
        objects = line["objects"]
        what = objects[0] if len(objects) == 1 else "1 event" if line["events"] == 1 else f"{line['events']} events"
        what += f", in {line['letters']} letters" if line["letters"] > 1 else ""
        yield readable(f"{line['id'][:begins]}  {line['since']}  {line['state']:10}  {what}: {line['reason']}")


def _shortest(ids: Sequence[str]) -> int:
    """Return how many characters tell all ids apart."""
    longest = max(map(len, ids))
    lengths = range(LEAST_PREFIX, longest)
    return next((length for length in lengths if len({each[:length] for each in ids}) == len(ids)), longest)
