"""The app `pg_notify` of master: it is one for its command."""

from django.apps import AppConfig


class PgNotifyConfig(AppConfig):
    """Named `pg_notify`; it has no tables."""

    name = "master.pg_notify"
    label = "pg_notify"
