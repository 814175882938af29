"""Accounts and contacts, and how they hang together.

An *account* is a company or site. It begins *provisional*, opened by anybody at any hour, becomes *verified* when accounting knows
it, and ends *archived* or *merged* into another. A *contact* is a person there; *employments* keep where they worked before.
*Industry* and *source* are pick lists. A *duplicate* is a record that is probably the same thing; of one beyond the actor's sight
only the team that holds it is told.

May import entities, audit, policy, directory, toolkit and kernel.
"""
