"""The console script `tonglu`: start the product, look after it, and bring data in and out.

Exit codes can be trusted: 0 done, 1 refused or failed (the sentence on standard error says why), 2 called wrongly.
"""

from .program import main

__all__ = ["main"]
