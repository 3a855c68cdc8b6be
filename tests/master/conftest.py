"""The tests of master run on its own settings, with an app of other models, and on a PostgreSQL of their own."""

from collections.abc import Iterator

import pytest

from stack.servers import running
from tests.harness import use_project

SERVER = use_project("master", "tests.master.settings")

from master.snapshot.access import wrong_tokens  # noqa: E402  (its settings exist only now)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Start the server when the first test needs the database."""
    if SERVER is None:
        yield
    else:
        with running(SERVER):
            yield


@pytest.fixture(autouse=True)
def _wrong_tokens_of_this_test() -> None:
    """Forget the wrong tokens of tests before."""
    wrong_tokens.forget()
