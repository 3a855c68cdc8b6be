"""Try that an update of a swarm stack loses nothing: change users and ask for pages while it goes on, then compare.

    python -m tests.containers.rolling --stack NAME --network NAME --image IMAGE --pages URL URL -- COMMAND …

COMMAND updates the stack, such as deploy/swarm/deploy.sh with another tag. It needs the servers of servers.yml, and a
Docker that it may ask. Exit code 1 if a page was not answered, no user was changed, or those of master and client
differ in the end. A new nginx on its host's ports leaves pages unanswered for a moment.
"""

import argparse
import subprocess
import sys
import threading
import time
from urllib.error import URLError
from urllib.request import urlopen

SECRETS = ("master_secret_key", "master_database_url", "redis_url")
WRITER = """
import itertools, signal, time
from master.users.models import User
going = [True]
signal.signal(signal.SIGTERM, lambda *_: going.clear())
users = [User.objects.get_or_create(username=f"rolling{number}")[0] for number in range(50)]
for number in itertools.count():
    if not going:
        break
    user = users[number % 50]
    user.first_name = str(number)
    user.save()
    time.sleep(0.02)
print(number, "changes")
"""
ROWS = """
SELECT count(*), md5(string_agg(uid || username || first_name, ',' ORDER BY uid))
FROM users_user WHERE username LIKE 'rolling%'
"""
EQUAL_SECONDS = 60.0


class Pages:
    """Asks for pages until stopped, and counts."""

    def __init__(self, urls: list[str]) -> None:
        self.answered = 0
        self.failed: list[str] = []
        self.slowest = 0.0
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(url,)) for url in urls]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Wait for what was asked last."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, url: str) -> None:
        while not self._stopped.wait(0.05):
            begun = time.monotonic()
            try:
                urlopen(url, timeout=20).close()  # noqa: S310 - the addresses are ours
                self.answered += 1
            except (URLError, OSError) as error:
                self.failed.append(f"{url}: {error}")
            self.slowest = max(self.slowest, time.monotonic() - begun)


def docker(*arguments: str) -> str:
    """Return what a command of Docker prints."""
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout.strip()  # noqa: S607


def write(arguments: argparse.Namespace) -> str:
    """Start a container that changes users on master; return its id."""
    settings = {f"{name.removeprefix('master_').upper()}_FILE": f"/run/secrets/{name}" for name in SECRETS}
    settings |= {
        "AWS_DEFAULT_REGION": "us-east-1",
        "SNS_REACTIVE_TABLE_ARN": "arn:aws:sns:us-east-1:000000000000:reactive-tables",
    }
    options = [word for pair in settings.items() for word in ("--env", "=".join(pair))]
    mounts = [word for name in SECRETS for word in ("--volume", f"{arguments.secrets}/{name}:/run/secrets/{name}:ro")]
    shell = ["python", "-m", "master", "shell", "--verbosity", "0", "--command", WRITER]
    return docker("run", "--detach", "--network", arguments.network, *options, *mounts, arguments.image, *shell)


def rows(arguments: argparse.Namespace, project: str) -> str:
    """Return how many users a project has of those that are changed here, and a digest of them."""
    database = docker("ps", "--quiet", "--filter", f"name={arguments.stack}-servers_database")
    command = [
        "psql",
        "--username",
        "postgres",
        "--dbname",
        f"reactive_tables_{project}",
        "--tuples-only",
        "--no-align",
    ]
    return docker("exec", database, *command, "--command", ROWS)


def main() -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(description="Update a stack under load, and compare what master and client hold.")
    for name in ("stack", "network", "image", "secrets"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--pages", nargs="+", required=True)
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    writer, pages = write(arguments), Pages(arguments.pages)
    updated = subprocess.run(arguments.command, check=False).returncode
    pages.stop()
    docker("stop", "--time", "20", writer)
    written = docker("logs", writer)  # nothing if it died
    print(written or "no changes", "while updating; the command ended with", updated)
    print(
        f"{pages.answered} pages, {len(pages.failed)} failed, the slowest took {pages.slowest:.1f} s",
        *pages.failed[:5],
        sep="\n",
    )
    until = time.monotonic() + EQUAL_SECONDS
    while (master := rows(arguments, "master")) != (client := rows(arguments, "client")) and time.monotonic() < until:
        time.sleep(1)
    print(f"master {master}\nclient {client}")
    return int(bool(pages.failed) or not written or master != client)


if __name__ == "__main__":
    sys.exit(main())
