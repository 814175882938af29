"""How fast pay is computed: a book of any size from PostgreSQL to the ledger and back, beside what it could cost at least.

`book` makes the facts, `store` reads and writes PostgreSQL by COPY, `measure` times each part, `command` is
`tonglu pay bench`. Needs the extra `volume`.
"""
