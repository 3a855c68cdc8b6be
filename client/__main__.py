"""`python -m client <command>`: Django's commands and the client's own."""

import os
import sys

from django.core.management import execute_from_command_line

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "client.settings")
execute_from_command_line(["python -m client", *sys.argv[1:]])
