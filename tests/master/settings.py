"""Master's settings with an app that declares models of other shapes."""

from master.settings import *  # noqa: F403 - a settings module is a list of names
from master.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.master.things"]
WHITENOISE_AUTOREFRESH = True  # nobody has collected static files for the tests
