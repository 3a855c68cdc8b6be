"""Static files as images have them: each with the digest of its content in its name, and compressed beforehand."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
HASHED = "telemetry.static.HashedStatic"


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Django's storage with a manifest; ES modules import each other by the new names too."""

    support_js_module_import_aggregation = True


def storages(*, hashed: bool) -> dict[str, dict[str, Any]]:
    """Return Django's STORAGES. Hashed names need `collectstatic` first, as the images do."""
    return {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": HASHED if hashed else PLAIN},
    }
