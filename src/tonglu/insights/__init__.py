"""Reading everything: the figures people steer by, funnel, forecast, wins, receivables, and why leads die.

Words: a *figure* is one number with the address of the records behind it; a *report* is a chart with its table. Nothing is written
here, and every number starts from what its reader may see. May import every module below.
"""
