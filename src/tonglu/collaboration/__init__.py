"""Working together on records: follow-ups, tasks, events, files, notes, announcements, goals.

A *follow-up* is what was said and done with a customer. A *task* is what somebody is to do by a day; a colleague may ask for it,
*urge* it (催办) or be handed it. An *event* is time set aside. A *document* has versions. All four hang on any record, their
*target*, and are seen by their owner and by whoever sees the target. A *note* is for its owner alone; an *announcement* is for a
department and shows who has read it; a *goal* counts a measure that other modules offer.

May import entities, audit, policy, directory, toolkit and kernel.
"""
