"""Curves: what a position in the window is worth, and which pieces a move along it is made of.

A curve answers one question: moving from `before` to `after`, what is earned and by which pieces?
"""
