"""The engine as a tool: a plan and a file of facts in; payouts, statements, traces and their reasons out.

Needs no database and no CRM: `tables` reads files, `reading` makes them facts, people and quotas, `pay`
computes, `papers` says it as rows and sentences, `writing` puts it into a folder, `command` is
`tonglu pay run`. The API calls the same `pay`.
"""
