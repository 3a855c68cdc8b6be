"""A database for each project, on whichever server there is."""

from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from stack.errors import StackError


def database_name(project: str) -> str:
    """Return the name of a project's database, one that says whose it is on a shared server too."""
    return f"reactive_tables_{project.replace('-', '_')}"


def database_url(server: str, project: str) -> str:
    """Return the address of a project's database on the server that another address names."""
    return urlsplit(server)._replace(path=f"/{database_name(project)}").geturl()


def create_databases(server: str, projects: list[str]) -> None:
    """Create the projects' databases, unless they exist."""
    try:
        with psycopg.connect(server, autocommit=True, connect_timeout=5) as connection:
            there = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
            for name in map(database_name, projects):
                if name not in there:
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        raise StackError(f"The projects' databases cannot be created: {error}".strip()) from error
