"""Master's settings with an app that declares models of other shapes."""

from master.settings import *  # noqa: F403 - a settings module is a list of names
from master.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.master.things"]
STATIC_ROOT = None  # nobody collects static files for a test
