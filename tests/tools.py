"""What the tests need beside Python: found, else fetched."""

import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_MAJOR = 18
FETCHED = ROOT / ".fetched"
UNPACKED = FETCHED / "usr/bin/promtool"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class ToolError(Exception):
    """Something is not there and cannot be fetched; the text says what, and what to do."""


def node() -> str:
    """Return the path of Node; as root on Debian it is installed."""
    found = shutil.which("node") or (_debian("nodejs", "npm") and shutil.which("node"))
    if not found:
        raise ToolError(
            f"Node {NODE_MAJOR} or newer is not installed. Install it (Debian: apt-get install nodejs npm)."
        )
    return found


def eslint() -> str:
    """Return the path of ESLint."""
    return str(_of_npm(".bin/eslint"))


def axe() -> Path:
    """Return the path of axe, a script that finds what is not accessible on a page."""
    return _of_npm("axe-core/axe.min.js")


def asyncapi() -> Path:
    """Return the path of the JSON Schema of AsyncAPI 3."""
    return _of_npm("@asyncapi/specs/schemas/3.0.0.json")


def ecs() -> Path:
    """Return the path of a module of Node that says all fields of the Elastic Common Schema."""
    return _of_npm("@elastic/ecs/build/commonjs/index.js")


def _of_npm(name: str) -> Path:
    """Return the path of what npm installs, installed when package-lock.json changed."""
    node()
    found, lock = ROOT / "node_modules" / name, ROOT / "package-lock.json"
    stamp = ROOT / "node_modules/.package-lock.json"
    if not found.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        npm = shutil.which("npm")
        if not (npm and _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"])):
            raise ToolError(f"npm could not install {name}. Run `npm ci` and see what it says.")
    return found


def promtool() -> str:
    """Return the path of Prometheus' tool. Debian's is unpacked and not installed, or a server would be started."""
    found = shutil.which("promtool") or ((UNPACKED.exists() or _unpacked("prometheus")) and shutil.which(UNPACKED))
    if not found:
        raise ToolError("promtool is not installed. Install Prometheus (Debian: apt-get install prometheus).")
    return found


def browser() -> str | None:
    """Return the path of a Chromium; None means Playwright's own.

    One that is there is taken; else Playwright's is downloaded; else, as root, Debian's is installed.
    """
    attempts: Sequence[Callable[[], bool]] = (_playwright_has_one, _playwright_fetches_one)
    if found := _installed_browser():
        return found
    if any(attempt() for attempt in attempts):
        return None
    if _debian("chromium") and (found := _installed_browser()):
        return found
    raise ToolError(
        "There is no Chromium. Install one (Debian: apt-get install chromium), or let Playwright: playwright install."
    )


def _installed_browser() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def _playwright_has_one() -> bool:
    sync_api = importlib.import_module("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def _playwright_fetches_one() -> bool:
    libraries = ["--with-deps"] if os.geteuid() == 0 else []
    return _run([sys.executable, "-m", "playwright", "install", *libraries, "chromium"])


def _debian(*packages: str) -> bool:
    """Install Debian packages, which only root can; return whether that worked."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    return _run([apt, "update", "--quiet"], env=quiet) and _run(install, env=quiet)


def _unpacked(package: str) -> bool:
    """Unpack a Debian package, which needs no root where apt knows its packages; return whether that worked."""
    apt, dpkg = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if apt is None or dpkg is None:
        return False
    if os.geteuid() == 0:
        _run([apt, "update", "--quiet"])
    with tempfile.TemporaryDirectory() as directory:
        if not _run([apt, "download", "--quiet", package], cwd=Path(directory)):
            return False
        return _run([dpkg, "--extract", *map(str, Path(directory).glob("*.deb")), str(FETCHED)])


def _run(argv: Sequence[str], env: dict[str, str] | None = None, cwd: Path = ROOT) -> bool:
    return subprocess.run(argv, cwd=cwd, env=env, check=False).returncode == 0
