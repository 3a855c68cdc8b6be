"""What Django's admin calls things: labels that a model, a field or an app does not say are made of Python's names."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.utils.functional import Promise


def unmarked_labels(project: str) -> list[str]:
    """Return what the admin shows of a project's own models under a label that no translator gets to see."""
    return [what for what, label in _labels(project) if not isinstance(label, Promise)]


def _labels(project: str) -> Iterator[tuple[str, Any]]:
    for model in admin.site._registry:
        config = apps.get_app_config(model._meta.app_label)
        if not config.name.startswith(f"{project}."):
            continue
        yield config.name, config.verbose_name
        yield model._meta.label, model._meta.verbose_name
        for field in model._meta.fields:
            if not field.auto_created:  # Django's own key, which it calls ID in every language
                yield str(field), field.verbose_name
