"""Static files as the images have them, collected for a test."""

import re
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings

from telemetry.static import storages

HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")
IMPORTED = re.compile(r"""^(?:import|export)\b(?:[^'"();=]*\bfrom)?\s*['"]([^'"]+)['"]""", re.MULTILINE)


def collected(directory: Path) -> dict[Path, list[str]]:
    """Collect the project's static files; return the scripts that have hashed names, with what each imports."""
    with override_settings(STATIC_ROOT=str(directory), STORAGES=storages(hashed=True)):
        call_command("collectstatic", interactive=False, verbosity=0)
    scripts = [path for path in sorted(directory.rglob("*.js")) if HASHED.search(path.name)]
    return {path: IMPORTED.findall(path.read_text()) for path in scripts}


def unhashed(scripts: dict[Path, list[str]]) -> dict[str, list[str]]:
    """Return the imports that do not name an existing file with a hashed name."""
    found = {
        path.name: [name for name in imports if not (HASHED.search(name) and (path.parent / name).is_file())]
        for path, imports in scripts.items()
    }
    return {name: imports for name, imports in found.items() if imports}
