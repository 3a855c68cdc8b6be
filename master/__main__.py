"""`python -m master <command>`: Django's commands and master's own."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "master.settings")
execute_from_command_line(["python -m master", *sys.argv[1:]])
