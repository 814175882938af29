"""Every page, looked at by a machine: `make faces`, or `python -m tools.faces` with a demo that runs.

Signs in to the sample company as people of several roles, follows every link that the navigation and the pages offer (one of
each kind of address), opens every dialog, and asks of each: does axe find a violation, does the console show an error, is the
page wider than the screen, does its layout move while it loads, how many bytes does its first load take. Each page is seen in
English on a desktop and in Chinese on a phone, each in light and in dark. `trial` looks at one page and is used by the tests too;
`walk` finds the pages; `__main__` is the command.
"""
