"""The Ingress of Kubernetes leads browsers to the process that has the page."""

import re
from collections.abc import Iterable, Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.stack.cluster import of_base
from tests.stack.kustomize import Manifest


@pytest.fixture(scope="module")
def rules() -> list[Manifest]:
    """Return the paths of master's host."""
    return list(of_base("Ingress")["master"]["spec"]["rules"][0]["http"]["paths"])


def service(rules: list[Manifest], path: str) -> str:
    """Return where a path is led: an exact rule wins, then the longest that it is below."""
    exact = [each for each in rules if (each["pathType"], each["path"]) == ("Exact", path)]
    below = [each for each in rules if each["pathType"] == "Prefix" and is_below(path, each["path"])]
    chosen = exact or sorted(below, key=lambda each: len(each["path"]))[-1:]
    return str(chosen[0]["backend"]["service"]["name"])


def is_below(path: str, prefix: str) -> bool:
    """Say whether every part of a prefix is also one of the path."""
    parts = [part for part in prefix.split("/") if part]
    return [part for part in path.split("/") if part][: len(parts)] == parts


def paths(patterns: Iterable[URLPattern | URLResolver], above: str = "/") -> Iterator[str]:
    """Yield a path for each page."""
    for each in patterns:
        path = above + re.sub(r"<[^>]*>", "1", str(each.pattern))
        if isinstance(each, URLResolver):
            yield from paths(each.url_patterns, path)
        else:
            yield path


def test_every_page_of_master_is_asked_of_its_web(rules: list[Manifest]) -> None:
    led = {path: service(rules, path) for path in paths(get_resolver().url_patterns)}
    assert {"/admin/", "/healthz", "/metrics"} <= led.keys()
    assert {path: name for path, name in led.items() if name != "master-web"} == {}


def test_nothing_but_the_socket_is_led_to_the_server_of_notices(rules: list[Manifest]) -> None:
    assert service(rules, "/notices/socket") == "notices"
    assert service(rules, "/notices/socket/more") == service(rules, "/notices/token") == "master-web"
