"""deploy.sh says what it would do, and secrets.sh makes what it needs."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "deploy/swarm/deploy.env.example"
REAL_IP = ROOT / "deploy/nginx/parts/real-ip.conf"
# Knows nothing, and writes down what it was asked.
DOCKER = """#!/bin/sh
echo "$*" >>"$ASKED"
exit 1
"""
# Says yes to everything, runs no service, and writes down by which settings a stack is deployed.
OBEDIENT_DOCKER = """#!/bin/sh
case "$1 $2" in
"image inspect") echo "sha256:$IMAGE_ID" ;;
"stack deploy") env >"$ASKED" ;;
esac
"""
AWS_KEYS = ("aws_access_key_id", "aws_secret_access_key")
SETTINGS = {
    "STACK": "trial",
    "CLIENT_HOST": "shop.example.org",
    "CLIENT_PORT": "8000",
    "MASTER_HOST": "users.example.org",
    "MASTER_PORT": "8001",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "SNS_REACTIVE_TABLE_ARN": "arn:aws:sns:eu-west-1:123456789012:reactive-tables",
    "SQS_REACTIVE_TABLES": "https://sqs.eu-west-1.amazonaws.com/123456789012/reactive-tables-client",
}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    directory = tmp_path / "secrets"
    make_secrets(directory)
    for name in AWS_KEYS:
        (directory / name).write_text("\n")  # the host's role counts
    return directory


def make_secrets(directory: Path) -> str:
    """Run secrets.sh; return what it says."""
    script = str(ROOT / "deploy/secrets.sh")
    return subprocess.run([script, str(directory)], check=True, capture_output=True, text=True).stdout


class Deployment:
    """A dry run on a machine whose Docker has nothing yet."""

    docker = DOCKER
    mode: tuple[str, ...] = ("--dry-run",)

    def __init__(self, directory: Path, secrets: Path, *options: str, **settings: str) -> None:
        docker, file, self._asked = directory / "docker", directory / "deploy.env", directory / "asked"
        docker.write_text(self.docker)
        docker.chmod(0o755)
        balancer = directory / "real-ip.conf"
        balancer.write_text(REAL_IP.read_text().replace("127.0.0.1", "10.0.0.0/16"))
        given = {**SETTINGS, "REAL_IP": str(balancer), "SECRETS": str(secrets), **settings}
        file.write_text("".join(f"{name}={value}\n" for name, value in given.items()))
        script = str(ROOT / "deploy/swarm/deploy.sh")
        command = [script, *self.mode, "--settings", str(file), "--tag", "7", *options]
        surroundings = {"PATH": f"{directory}:{os.environ['PATH']}", "ASKED": str(self._asked)}
        self.ended = subprocess.run(command, check=False, capture_output=True, text=True, env=surroundings)
        lines = self.ended.stderr.splitlines()
        self.commands = [line.removeprefix("+ docker ") for line in lines if line.startswith("+ docker ")]

    @property
    def asked(self) -> list[str]:
        """What Docker was really asked."""
        return self._asked.read_text().splitlines()


class RealDeployment(Deployment):
    """Not a dry run, on a machine whose Docker has everything, and does at once what it is told."""

    docker = OBEDIENT_DOCKER
    mode = ()

    @property
    def settings(self) -> dict[str, str]:
        """What the files of the stack are filled in with."""
        assert self.ended.returncode == 0, self.ended.stderr
        return dict(line.split("=", 1) for line in self.asked if "=" in line)


def test_a_dry_run_only_looks(tmp_path: Path, secrets: Path) -> None:
    run = Deployment(tmp_path, secrets, SERVERS="true")
    assert (run.ended.returncode, run.ended.stdout) == (0, "deploy: nothing was done\n")
    assert {" ".join(each.split()[:2]) for each in run.asked} <= {
        *("image inspect", "network inspect", "secret inspect", "config inspect"),
    }


def test_it_builds_makes_secrets_and_deploys_in_this_order(tmp_path: Path, secrets: Path) -> None:
    kinds = [" ".join(each.split()[:2]) for each in Deployment(tmp_path, secrets).commands]
    steps = list(dict.fromkeys("build" if kind.startswith("build") else kind for kind in kinds))
    assert steps == ["build", "network create", "secret create", "config create", "stack deploy"]


def test_no_command_has_a_secret_in_it(tmp_path: Path, secrets: Path) -> None:
    text = Deployment(tmp_path, secrets, SERVERS="true").ended.stderr
    values = [path.read_text().strip() for path in secrets.iterdir() if not path.name.startswith("aws_")]
    assert values
    assert not [value for value in values if value in text]


def test_a_registry_gets_what_was_built_and_gives_what_was_not(tmp_path: Path, secrets: Path) -> None:
    registry = "registry.example.org"
    images = [f"{registry}/reactive-tables:7", f"{registry}/reactive-tables-nginx:7"]
    built = Deployment(tmp_path, secrets, REGISTRY=registry).commands
    assert [f"push --quiet {image}" in built for image in images] == [True, True]
    fetched = Deployment(tmp_path, secrets, "--no-build", REGISTRY=registry).commands
    assert [each for each in fetched if each.startswith(("build", "push", "pull"))] == [
        f"pull --quiet {image}" for image in images
    ]


@pytest.mark.parametrize("real_ip", ["", str(REAL_IP)], ids=["none", "unchanged"])
def test_tls_is_not_believed_to_be_there_unless_the_balancer_is_named(
    real_ip: str, tmp_path: Path, secrets: Path
) -> None:
    run = Deployment(tmp_path, secrets, REAL_IP=real_ip)
    assert (run.ended.returncode, run.commands) == (1, [])
    assert "nginx must know the balancer that ends TLS" in run.ended.stderr
    assert Deployment(tmp_path, secrets, REAL_IP=real_ip, HTTPS="false").ended.returncode == 0
    assert "Say true or false" in Deployment(tmp_path, secrets, REAL_IP=real_ip, HTTPS="1").ended.stderr


@pytest.mark.parametrize(
    ("settings", "client", "master"),
    [
        ({}, "https://shop.example.org", "https://users.example.org"),  # at the balancer, whatever nginx's port
        ({"HTTPS": "false"}, "http://shop.example.org:8000", "http://users.example.org:8001"),
        ({"HTTPS": "false", "CLIENT_PORT": "80"}, "http://shop.example.org", "http://users.example.org:8001"),
        ({"MASTER_URL": "https://users.test:8444"}, "https://shop.example.org", "https://users.test:8444"),
    ],
)
def test_addresses_are_those_of_browsers(
    settings: dict[str, str], client: str, master: str, tmp_path: Path, secrets: Path
) -> None:
    given = RealDeployment(tmp_path, secrets, **settings).settings
    assert (given["CLIENT_URL"], given["MASTER_URL"], given["PULL_URL"]) == (client, master, master)
    assert given["NOTICES_URL"] == f"{master.replace('http', 'ws', 1)}/notices/socket"


def test_what_the_example_says_to_try_is_enough(tmp_path: Path) -> None:
    make_secrets(tmp_path / "secrets")
    above, _, to_try = EXAMPLE.read_text().partition("# To try, ")
    lines = re.findall("^([A-Z_]+)=(.*)", above, re.MULTILINE) + re.findall("^#([A-Z_]+)=(.*)", to_try, re.MULTILINE)
    run = RealDeployment(tmp_path, tmp_path / "secrets", **{**dict(lines), "HOST": ""})
    assert run.settings["CLIENT_URL"] == "http://swarm.example.org:8000"
    assert run.settings["NOTICES_URL"] == "ws://swarm.example.org:8001/notices/socket"
    assert run.settings["PULL_URL"] == "http://master-web:8001"  # as compose's clients ask it
    assert {run.settings[name] for name in ("SERVERS", "AWS_ENDPOINT_URL")} == {"true", "http://aws:4566"}


def test_another_build_of_the_same_checkout_is_another_image(tmp_path: Path, secrets: Path) -> None:
    first, same, other = (RealDeployment(tmp_path, secrets, IMAGE_ID=letter * 64).settings for letter in "aab")
    assert (first["PRODUCT_TAG"], other["PRODUCT_TAG"]) == ("7-aaaaaaaaaaaa", "7-bbbbbbbbbbbb")
    assert same["PRODUCT_TAG"] == first["PRODUCT_TAG"]  # or else everybody would be restarted for nothing
    registry = RealDeployment(tmp_path, secrets, IMAGE_ID="a" * 64, REGISTRY="registry.example.org")
    assert registry.settings["PRODUCT_TAG"] == "7"  # which swarm resolves
    assert "--resolve-image always" in registry.ended.stderr


def test_logs_for_cloudwatch_have_a_group(tmp_path: Path, secrets: Path) -> None:
    deployed = Deployment(tmp_path, secrets, LOG_DRIVER="awslogs").commands[-1]
    assert "--compose-file deploy/swarm/stack.yml --compose-file deploy/aws/awslogs.yml" in deployed
    assert "awslogs" not in Deployment(tmp_path, secrets).commands[-1]


def test_what_is_missing_is_said(tmp_path: Path, secrets: Path) -> None:
    assert "MASTER_HOST is not set. Set it in" in Deployment(tmp_path, secrets, MASTER_HOST="").ended.stderr
    (secrets / "redis_url").unlink()
    run = Deployment(tmp_path, secrets)
    assert (run.ended.returncode, "redis_url is not there, or empty" in run.ended.stderr) == (1, True)


@pytest.mark.parametrize("name", AWS_KEYS)
def test_the_keys_of_the_emulator_are_for_the_emulator_only(name: str, tmp_path: Path, secrets: Path) -> None:
    (secrets / name).unlink()
    make_secrets(secrets)
    run = Deployment(tmp_path, secrets)
    assert (run.ended.returncode, run.commands) == (1, [])
    assert f"{name} is the emulator's, which AWS does not know" in run.ended.stderr
    assert Deployment(tmp_path, secrets, AWS_ENDPOINT_URL="http://aws:4566").ended.returncode == 0


def test_secrets_are_made_once_and_kept_from_others(secrets: Path) -> None:
    before = {path.name: path.read_text() for path in secrets.iterdir()}
    assert make_secrets(secrets) == ""
    assert {path.name: path.read_text() for path in secrets.iterdir()} == before
    assert secrets.stat().st_mode & 0o777 == 0o700
    # by their owner to be written anew, and by accounts of containers to be read
    assert {path.stat().st_mode & 0o777 for path in secrets.iterdir()} == {0o644}
    assert before["redis_password"].strip() in before["redis_url"]
    assert len({before[f"{project}_secret_key"] for project in ("master", "client", "client_2")}) == 3
