"""Django's own commands, for developers; everyone else uses `tonglu`."""

import os
import sys

from django.core.management import execute_from_command_line

from tonglu.config.environment import running_database

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglu.config.settings")
    os.environ.setdefault("TONGLU_DATABASE_ROLE", "owner")
    with running_database():
        execute_from_command_line(sys.argv)
