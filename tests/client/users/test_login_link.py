"""`login_link NAME`."""

import pytest
from django.core.management import CommandError, call_command

from client.users.models import User
from tests.client.people import incoming, replicate


def test_a_link_is_an_address_on_standard_output(ada: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("login_link", "ada")
    out, err = capsys.readouterr()
    assert out.startswith("http://127.0.0.1:8000/accounts/link/?sesame=")
    assert len(out.splitlines()) == 1
    assert "10 minutes" in err


def test_nobody_gets_a_link_that_cannot_work(ada: User) -> None:
    with pytest.raises(CommandError, match="no user 'grace'"):
        call_command("login_link", "grace")
    replicate(incoming("ada", is_active=False))
    with pytest.raises(CommandError, match="deactivated"):
        call_command("login_link", "ada")
