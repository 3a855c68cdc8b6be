"""Sessions in the database, each with its user in a column, so that his sessions can be found and ended."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from client.users.models import Session


class SessionStore(DatabaseStore):
    """Django's own database sessions, with the user's primary key beside the data."""

    former_key: str | None = None  # of a session that was given another in this request

    def cycle_key(self) -> None:
        """Give the session another key, as Django does when SECRET_KEY or the password is a new one."""
        former = self.session_key if SESSION_KEY in self else None
        super().cycle_key()
        self.former_key = former

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the model with the column."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to be saved."""
        return self._owned(super().create_model_instance(data), data)

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to be saved."""
        return self._owned(await super().acreate_model_instance(data), data)

    def _owned(self, row: Any, data: dict[str, Any]) -> Session:
        session: Session = row
        session.user_id = data.get(SESSION_KEY)
        return session
