"""Make what the logs need: lifecycle and index template in Elasticsearch, data view, searches and dashboard in Kibana.

    python deploy/elk/set_up.py             makes them, and waits for the servers; run it as often as you like
    python deploy/elk/set_up.py --ndjson    prints Kibana's part, to import it by hand

ELASTICSEARCH_URL and KIBANA_URL name the servers, ELASTICSEARCH_API_KEY opens them. Standard library only.
"""

import json
import os
import sys
import time
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

HERE = Path(__file__).resolve().parent
WAIT_SECONDS = 300.0
LOOK_SECONDS = 2.0
# Kibana keeps these as texts of JSON.
AS_TEXT = ("fieldFormatMap", "optionsJSON", "panelsJSON", "searchSourceJSON")
BOUNDARY = "reactive-tables-saved-objects"
# References come before those who refer to them.
ORDER = ("index-pattern", "search", "lens", "dashboard")


class Refused(SystemExit):
    """A server does not take what it is sent."""


def main() -> None:
    """Set all up, or print it."""
    if "--ndjson" in sys.argv[1:]:
        sys.stdout.write(saved_objects())
        return
    elasticsearch = os.environ.get("ELASTICSEARCH_URL", "http://127.0.0.1:9200")
    kibana = os.environ.get("KIBANA_URL", "http://127.0.0.1:5601")
    until = time.monotonic() + WAIT_SECONDS
    wait_for(f"{elasticsearch}/_cluster/health?wait_for_status=yellow&timeout=1s", until)
    put(f"{elasticsearch}/_ilm/policy/reactive_tables", "lifecycle.json")
    put(f"{elasticsearch}/_index_template/reactive_tables", "index-template.json")
    wait_for(f"{kibana}/api/status", until)
    load(f"{kibana}/api/saved_objects/_import?overwrite=true", saved_objects())
    sys.stdout.write("lifecycle, index template and saved objects are in order\n")


def wait_for(url: str, until: float) -> None:
    """Wait until a server answers with success."""
    while True:
        try:
            ask("GET", url)
        except OSError as error:
            if time.monotonic() > until:
                raise Refused(f"{url} does not answer: {error}") from error
            time.sleep(LOOK_SECONDS)
        else:
            return


def put(url: str, name: str) -> None:
    """Send a file of this directory."""
    taken(url, lambda: ask("PUT", url, (HERE / name).read_bytes(), {"Content-Type": "application/json"}))


def load(url: str, lines: str) -> None:
    """Send Kibana its objects, as a form with one file."""
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="saved-objects.ndjson"\r\n'
        f"Content-Type: application/ndjson\r\n\r\n{lines}\r\n--{BOUNDARY}--\r\n"
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "kbn-xsrf": "true"}
    answer = json.loads(taken(url, lambda: ask("POST", url, body.encode(), headers)))
    if not answer.get("success"):
        raise Refused(f"Kibana refuses some objects: {json.dumps(answer.get('errors'))}")


def saved_objects() -> str:
    """Return Kibana's objects, one a line."""
    objects = [json.loads(path.read_text()) for path in sorted((HERE / "kibana").glob("*.json"))]
    return "".join(f"{json.dumps(each)}\n" for each in map(as_kept, in_order(objects)))


def in_order(objects: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return them so that each comes after those that it refers to."""
    return sorted(objects, key=lambda each: ORDER.index(each["type"]))


def as_kept(value: Any) -> Any:
    """Return an object with those parts as texts that Kibana keeps as texts."""
    if isinstance(value, list):
        return [as_kept(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: json.dumps(part) if name in AS_TEXT else as_kept(part) for name, part in value.items()}


def taken(url: str, call: Any) -> bytes:
    """Return the answer; end with what the server says against it."""
    try:
        return bytes(call())
    except HTTPError as error:
        raise Refused(f"{url}: {error.code} {error.read().decode(errors='replace')}") from error


def ask(method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
    """Send one request and return the body of its answer."""
    key = os.environ.get("ELASTICSEARCH_API_KEY", "")
    known = {"Authorization": f"ApiKey {key}"} if key else {}
    request = urllib.request.Request(url, data=body, headers={**known, **(headers or {})}, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - an address that the operator gives
        return bytes(response.read())


if __name__ == "__main__":
    main()
