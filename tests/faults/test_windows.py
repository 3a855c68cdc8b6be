"""A browser that does not read what it is sent holds up nobody else."""

import html
import re
import socket
import time
from http.cookiejar import CookieJar
from urllib.request import HTTPCookieProcessor, build_opener

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from stack import demo
from stack.ports import LOOPBACK
from stack.waiting import wait_until
from tests.e2e.console import Console
from tests.faults.world import World

READERS = 300  # rows of the directory that change at once
ROUNDS = 600  # of changes, at the most, until a window that reads nothing is given up; the system holds megabytes
SECONDS = 15.0  # in which a push reaches a window that reads, after much was sent
CREATE = """
from master.users.models import User

User.objects.get_or_create(username="ada")
User.objects.bulk_create([User(username=f"crowd-{n}") for n in range(count)], ignore_conflicts=True)
"""
CHANGE = """
UPDATE users_user SET last_name = repeat(%s, 150), first_name = repeat(%s, 150) WHERE username LIKE 'crowd-%%'
"""


def open_directory(world: World, *, buffer: int | None = None) -> ClientConnection:
    """Sign in, load the directory, and open its socket; with a small `buffer` one that can hold little unread."""
    cookies = CookieJar()
    browser = build_opener(HTTPCookieProcessor(cookies))
    browser.open(demo.sign_in_link(world.stack, "ada", "client-web"), timeout=30).close()
    with browser.open(f"{world.stack.url('client-web')}/directory/", timeout=30) as answer:
        found = re.search(r'data-live="([^"]+)"', answer.read().decode())
    assert found, "not a live page"
    address = world.stack.url("client-web").removeprefix("http")
    raw = socket.socket()
    if buffer:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    raw.connect((LOOPBACK, world.stack.processes["client-web"].port))
    headers = {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies)}
    return connect(
        f"ws{address}{html.unescape(found[1])}",
        sock=raw,
        origin=Origin(world.stack.url("client-web")),
        additional_headers=headers,
        max_size=None,
        max_queue=1 if buffer else None,  # frames that it holds unread, and then it leaves them on the wire
        ping_interval=None,
    )


def seconds_until(window: ClientConnection, text: str) -> float:
    """Read until a frame holds a text; return the seconds."""
    started = time.monotonic()
    while time.monotonic() - started < 60:
        try:
            if text in str(window.recv(timeout=60)):
                return time.monotonic() - started
        except ConnectionClosed:
            break
    raise AssertionError(f"{text} did not come")


def test_a_browser_that_reads_nothing_holds_up_no_other(world: World, master: Console) -> None:
    master(CREATE, count=READERS)
    world.settle()
    with open_directory(world) as reads, open_directory(world, buffer=4096):
        assert any(_is_given_up(world, number) for number in range(ROUNDS))
        world.settle()
        world.master("UPDATE users_user SET last_name = 'Marker' WHERE username = 'crowd-7'")
        assert seconds_until(reads, "Marker") < SECONDS


def _is_given_up(world: World, number: int) -> bool:
    """Push to all windows once more; tell whether that was too much for one."""
    letter = chr(ord("a") + number % 26)
    world.master(CHANGE, letter, letter)
    return wait_until(lambda: "window too slow" in world.process("client-web").log, seconds=0.2)
