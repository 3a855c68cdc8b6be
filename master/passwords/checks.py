"""A wrong setting of the validator stops the start."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from master.passwords.validators import NotRecentlyUsed

NAME = f"{NotRecentlyUsed.__module__}.{NotRecentlyUsed.__qualname__}"


@checks.register(checks.Tags.security)
def check_validator(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Check that the validator is there once, with options that it takes."""
    options = list(_options())
    if not options:
        wrong = "AUTH_PASSWORD_VALIDATORS does not name NotRecentlyUsed."
        remedy = f"Add {{'NAME': {NAME!r}}} to it, or take the app out of INSTALLED_APPS."
        return [checks.Warning(wrong, hint=remedy, id="passwords.W001")]
    if len(options) > 1:
        return [_error("E002", "is named more than once: each would forget what another keeps", "Name it once.")]
    try:
        NotRecentlyUsed(**options[0])
    except ImproperlyConfigured as error:
        return [_error("E001", "cannot be used", str(error))]
    except TypeError as error:
        return [_error("E001", "cannot be used", f"It takes the option history only: {error}")]
    return []


def _options() -> Iterator[dict[str, Any]]:
    """Yield the options of each mention of the validator, or of a kind of it."""
    for validator in settings.AUTH_PASSWORD_VALIDATORS:
        try:
            named = import_string(validator["NAME"])
        except ImportError:
            continue  # Django tells, when it needs the validators
        if isinstance(named, type) and issubclass(named, NotRecentlyUsed):
            yield validator.get("OPTIONS", {})


def _error(number: str, wrong: str, remedy: str) -> checks.Error:
    return checks.Error(f"AUTH_PASSWORD_VALIDATORS: {NAME} {wrong}.", hint=remedy, id=f"passwords.{number}")
