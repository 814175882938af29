"""`make drills`: the house is attacked on purpose, and each attack prints how many faults it found beside how many are allowed.

A drill is a test that takes the fixture `drill`, asks it for a size (`drill.size(small, long)`) and ends with `drill.holds(...)`.
`make test` runs every drill small, `python -m tools.drills` long. Beside each stands `test_planted_…`: the same drill with a
fault planted on purpose, which it has to find.
"""
