"""`python -m tonglu.cli`, which is how one command starts another."""

import sys

from .program import main

sys.exit(main())
