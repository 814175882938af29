"""Django's own commands, for developers; everyone else uses `tonglu`."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglu.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
