"""`python -m master provision`."""

from argparse import ArgumentParser
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from master.sns.provision import Provisioner, ProvisionError


class Command(BaseCommand):
    """Create or repair the topic and the queues of its subscribers."""

    help = "Create or repair the topic, and a queue, dead-letter queue and subscription for each client named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the names of the clients' queues."""
        parser.add_argument("--queue", action="append", default=[], metavar="NAME", help="a client's queue; repeatable")

    def handle(self, *args: Any, **options: Any) -> None:
        """Provision; print a line for each part."""
        provisioner = Provisioner(settings.SNS_REACTIVE_TABLE_ARN)
        try:
            for line in provisioner.topic():
                self.stdout.write(line)
            for name in options["queue"]:
                for line in provisioner.subscriber(name):
                    self.stdout.write(line)
        except (ProvisionError, ClientError, BotoCoreError) as error:
            raise CommandError(str(error)) from error
