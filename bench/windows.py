"""Users of a client with a session each, and the addresses of windows as its pages name them."""

import os
from dataclasses import dataclass
from typing import Any

import django

from stack.stack import Stack

PREFIX = "window-"


def use_client(stack: Stack) -> None:
    """Load Django with the client's settings of this stack."""
    os.environ |= stack.env("client") | {
        "LOG_LEVEL": "WARNING",
        "ENV_FILE": "",
        "DJANGO_SETTINGS_MODULE": "client.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    django.setup()


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page that somebody has loaded."""

    user_pk: int
    topic: str  # of its user
    path: str
    headers: list[str]


def load_pages(stack: Stack, count: int) -> list[Page]:
    """Create so many users, sign each of them in, and return the page of each, with the directory's topic too."""
    from client.users.models import Session, User  # noqa: PLC0415 - is there only now
    from client.users.sessions import SessionStore  # noqa: PLC0415

    User.objects.filter(username__startswith=PREFIX).delete()
    users = User.objects.bulk_create(User(username=f"{PREFIX}{n}") for n in range(count))
    stores = [_session(SessionStore(), user) for user in users]
    Session.objects.bulk_create(store.create_model_instance(store._session) for store in stores)
    origin = stack.url("client-web")
    return [_page(user, store, origin) for user, store in zip(users, stores, strict=True)]


def _session(store: Any, user: Any) -> Any:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415

    store._session_key = store._get_new_session_key()
    store._session_cache = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    return store


def _page(user: Any, store: Any, origin: str) -> Page:
    from df_websockets.tasks import set_websocket_topics  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415

    from client.live.middleware import WindowMiddleware  # noqa: PLC0415
    from client.live.pages import window_address  # noqa: PLC0415
    from client.live.topics import DIRECTORY, user_key, user_topic  # noqa: PLC0415

    request: Any = RequestFactory().get("/")
    WindowMiddleware(lambda _: None).process_request(request)
    request.user, request.session = user, store
    topic = user_topic(user_key(user))
    set_websocket_topics(request, topic, DIRECTORY)
    headers = [
        f"Origin: {origin}",
        f"Cookie: {settings.SESSION_COOKIE_NAME}={store.session_key}",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36",
        "Accept-Language: en-GB,en;q=0.9",
    ]
    return Page(user_pk=user.pk, topic=topic, path=window_address(request), headers=headers)
