"""The administrator's rooms: the trail of changes, background work, the state of the machine, and one home for all settings.

Words: the *trail* is the audit as it is searched and read; *work* is what runs behind the pages, with its dead letters; the *pulse*
is what a monitor or an administrator asks of a running installation. Everything here is read through rights of its own (`audit`,
`work`, `pulse`), and what a record held is still shown only to whoever may read that record and that field.
"""
