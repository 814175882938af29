"""What is wrong with a plan before anybody signs it: every finding has a code, a place and a sentence.

error    the plan may not be issued
warning  a person should look: it may be meant, and it may cost somebody money
"""
