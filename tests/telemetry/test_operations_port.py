"""The port of a process that is no web: who asks is answered, and `python -m telemetry.alive` judges by it."""

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from django.conf import settings
from prometheus_client import Metric

from telemetry import metrics, operations_port
from telemetry.health import Probe
from telemetry.heartbeat import heartbeat
from telemetry.in_time import Question
from telemetry.operations_port import Operations, OperationsPort, PortRefused, is_loopback, open_operations_port
from tests.telemetry.test_health import fails, passes

TOKEN = "t" * 32
ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., OperationsPort]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Open ports on loopback; close them at the end."""
    ports: list[OperationsPort] = []

    def open_port(probes: dict[str, Probe] | None = None) -> OperationsPort:
        ports.append(OperationsPort("127.0.0.1", 0, Operations(probes or {}, measures=False)))
        return ports[-1]

    yield open_port
    for port in ports:
        port.close()


def asked(port: int, path: str, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def alive(*words: str, port: int | None = None) -> tuple[int, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("OPERATIONS_")}
    done = subprocess.run(
        [sys.executable, "-m", "telemetry.alive", *words],
        env=env | ({"OPERATIONS_PORT": str(port)} if port else {}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return done.returncode, done.stderr


def test_without_a_setting_there_is_no_port() -> None:
    assert open_operations_port({}) is None


def test_a_port_that_is_taken_ends_the_process_with_a_sentence(monkeypatch: pytest.MonkeyPatch, opened: Open) -> None:
    monkeypatch.setattr(settings, "OPERATIONS_PORT", opened().port)
    with pytest.raises(PortRefused, match=r"OPERATIONS_PORT .* cannot be opened on 127.0.0.1: Address already in use"):
        open_operations_port({})


def test_it_is_alive_while_its_loops_go_round(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    port = opened().port
    assert asked(port, "/healthz") == (200, '{"status": "alive"}')
    assert alive(port=port) == (0, "")
    monkeypatch.setattr(operations_port, "standing_still", lambda: {"relay": 61.23})
    assert asked(port, "/healthz") == (503, '{"status": "stands still", "seconds": {"relay": 61.2}}')
    code, said = alive(str(port))
    assert code == 1
    assert "relay" in said


def test_a_loop_that_stands_still_is_seen_at_the_port(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("telemetry.heartbeat._heartbeats", {})
    heartbeat("a loop of this test", limit=-1)
    status, text = asked(opened().port, "/healthz")
    assert (status, [*json.loads(text)["seconds"]]) == (503, ["a loop of this test"])


def test_it_is_ready_when_what_it_needs_is(opened: Open) -> None:
    port = opened({"database": passes, "redis": fails}).port
    assert asked(port, "/readyz") == (503, '{"database": "ok", "redis": "ConnectionError"}')
    assert alive("--ready", port=port)[0] == 1
    assert alive(port=port)[0] == 0
    assert asked(opened({"redis": passes}).port, "/readyz") == (200, '{"redis": "ok"}')


def test_whoever_is_not_there_is_not_alive() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        code, said = alive(port=taken.getsockname()[1])
    assert code == 1
    assert "nobody answers" in said


@pytest.mark.parametrize("words", [(), ("nowhere",), ("1", "2")])
def test_alive_needs_one_port(words: tuple[str, ...]) -> None:
    code, said = alive(*words)
    assert code == 1
    assert "OPERATIONS_PORT" in said


def test_metrics_are_shown_on_loopback_without_a_token(opened: Open) -> None:
    status, text = asked(opened().port, "/metrics")
    assert status == 200
    assert "python_info" in text


@pytest.mark.parametrize(
    ("tokens", "authorization", "status"),
    [
        ([], "", 404),
        ([], "Bearer ", 404),
        ([TOKEN], "", 401),
        ([TOKEN], f"Basic {TOKEN}", 401),
        ([TOKEN], "Bearer x", 401),
        ([TOKEN], f"Bearer {TOKEN}", 200),
        (["u" * 32, TOKEN], f"bearer {TOKEN}", 200),
    ],
)
def test_beyond_loopback_metrics_need_a_token(
    monkeypatch: pytest.MonkeyPatch, tokens: list[str], authorization: str, status: int
) -> None:
    monkeypatch.setattr(settings, "OPERATIONS_HOST", "0.0.0.0")  # noqa: S104
    monkeypatch.setattr(settings, "METRICS_TOKENS", tokens)
    operations = Operations({}, measures=False)
    assert operations.answer("/metrics", authorization, "192.0.2.1")[0] == status
    assert operations.answer("/healthz", "", "192.0.2.1")[0] == HTTPStatus.OK


def test_wrong_tokens_have_to_wait_and_a_right_one_never(monkeypatch: pytest.MonkeyPatch, opened: Open) -> None:
    port = opened().port
    monkeypatch.setattr(settings, "OPERATIONS_HOST", "0.0.0.0")  # noqa: S104
    monkeypatch.setattr(settings, "METRICS_TOKENS", [TOKEN])
    metrics.wrong_tokens.forget()
    answers = [asked(port, "/metrics", Authorization="Bearer x") for _ in range(11)]
    assert [status for status, _ in answers] == [401] * 10 + [429]
    assert "Too many wrong tokens" in answers[-1][1]
    assert asked(port, "/metrics", Authorization=f"Bearer {TOKEN}")[0] == 200
    metrics.wrong_tokens.forget()


def test_what_is_measured_is_shown_by_those_who_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask() -> list[Metric]:
        seen.append(True)
        return []

    seen: list[bool] = []
    monkeypatch.setattr("telemetry.metrics._measured", [Question("x", ask)])
    Operations({}, measures=False).answer("/metrics", "", "192.0.2.1")
    assert not seen
    Operations({}, measures=True).answer("/metrics", "", "192.0.2.1")
    assert seen


def test_a_failure_is_answered_and_logged(
    opened: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> dict[str, float]:
        raise RuntimeError("broken")

    monkeypatch.setattr(operations_port, "standing_still", broken)
    assert asked(opened().port, "/healthz")[0] == 500
    assert [record.message for record in caplog.records] == ["answer failed"]


def test_nothing_else_is_there(opened: Open) -> None:
    assert asked(opened().port, "/")[0] == 404


def test_what_is_forked_does_not_hold_the_port() -> None:
    program = """
import os, sys
from django.conf import settings
settings.configure(METRICS_TOKENS=[], OPERATIONS_HOST="127.0.0.1")
from telemetry.operations_port import *
port = OperationsPort("127.0.0.1", 0, Operations({}, measures=False))
reader, writer = os.pipe()
if os.fork() == 0:
    os.read(reader, 1)
    os._exit(0)
port.close()
again = OperationsPort("127.0.0.1", port.port, Operations({}, measures=False))
os.write(writer, b"x")
os.wait()
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, check=True, timeout=30)


@pytest.mark.parametrize(
    ("host", "private"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],  # noqa: S104
)
def test_loopback(host: str, private: bool) -> None:
    assert is_loopback(host) is private


def test_ipv6() -> None:
    try:
        port = OperationsPort("::1", 0, Operations({}, measures=False))
    except OSError:
        pytest.skip("this machine has no IPv6")
    port.close()
