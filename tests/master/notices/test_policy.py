"""Pages may connect to where the room says that its server is."""

from django.test import Client

from master.headers import NOTICES_PORT
from master.notices.views import PORT


def test_the_policy_allows_the_port_that_pages_are_told() -> None:
    assert NOTICES_PORT == PORT
    assert f"ws://testserver:{PORT}" in Client().get("/nowhere")["Content-Security-Policy"]
