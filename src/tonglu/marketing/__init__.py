"""Campaigns, segments and leads, from the first sign of interest to conversion.

A *lead* is a person or company that might buy. Its *class* says what to do with it: *live* (asked for something), *name* (fits, has
not asked) or *dead* (with its cause; never deleted). *Assignment rules* say who gets it, *score rules* what it is worth, both with
their reasons. *Converting* makes it an account, a contact and, through a port that sales registers, an opportunity; nothing of its
history is lost. A *segment* describes leads, contacts or accounts by a condition. A *campaign* has members and results.

May import catalog, collaboration, customers, entities, audit, policy, directory, toolkit and kernel.
"""
