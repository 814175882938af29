"""Telling people what concerns them: at the bell, by mail at once, or in one mail a day, as each person chose.

Words: a *notice* is one thing one person is told; its *topic* says what sort of thing it is, and is what preferences speak of; the
*digest* is the mail of a day. Notices are made by subscribers to the events of other modules, which know nothing of them. A notice
holds ids only: the record is named when the notice is shown or mailed, and only to whoever may see it then.
"""
