"""SNS and SQS from the wheel ministack, as a child process: loopback only, and nothing but these two services.

It keeps topics, queues and messages in memory and writes them down when it is stopped, so a restart of the stack
loses nothing. Killed, it loses the messages that no client had received; `provision` makes the queues anew.
"""

import importlib.util
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from stack.asking import http_status
from stack.errors import StackError
from stack.ports import LOOPBACK, free_port

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

PACKAGE = "ministack"
TOPIC = "reactive-tables"
# An emulator asks for no real ones.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "stack", "AWS_SECRET_ACCESS_KEY": "stack", "AWS_DEFAULT_REGION": "us-east-1"}
QUICKLY = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 2})


class Emulator:
    """An AWS emulator with its state below `directory`."""

    name = "aws"
    stop_signal = signal.SIGTERM

    def __init__(self, directory: Path, *, port: int | None = None) -> None:
        self.directory = directory
        self.port = port or free_port()

    @property
    def url(self) -> str:
        """The address of the emulator."""
        return f"http://{LOOPBACK}:{self.port}"

    def prepare(self) -> None:
        """Make room for state and for the file with its process's id."""
        if importlib.util.find_spec(PACKAGE) is None:
            raise StackError(
                f"The package {PACKAGE} is not installed. Install requirements-dev.txt, or set STACK_AWS_URL."
            )
        for name in ("state", "tmp"):
            (self.directory / name).mkdir(parents=True, exist_ok=True)

    def argv(self) -> list[str]:
        """Return the command that runs the emulator, with its settings and nothing else of our environment."""
        settings = {
            "PATH": os.environ.get("PATH", ""),
            "TMPDIR": str(self.directory / "tmp"),
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": LOOPBACK,
            "SERVICES": "sns,sqs",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.directory / "state"),
            "LOG_LEVEL": "WARNING",
            "PYTHONUNBUFFERED": "1",
        }
        return ["env", "-i", *(f"{name}={value}" for name, value in settings.items()), sys.executable, "-m", PACKAGE]

    def answers(self) -> bool:
        """Tell whether it serves."""
        return answers(self.url)


def answers(url: str) -> bool:
    """Tell whether something speaks HTTP there; an error is an answer too."""
    return http_status(url) is not None


def create_topic(url: str) -> str:
    """Create the topic unless it exists; return its ARN, which holds the emulator's account."""
    try:
        return str(_client(url).create_topic(Name=TOPIC)["TopicArn"])
    except (BotoCoreError, ClientError) as error:
        raise StackError(
            f"The AWS emulator at {url} did not create a topic: {error}. Is STACK_AWS_URL right?"
        ) from error


def _client(url: str) -> "SNSClient":
    return boto3.client(
        "sns",
        endpoint_url=url,
        region_name=CREDENTIALS["AWS_DEFAULT_REGION"],
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=QUICKLY,
    )
