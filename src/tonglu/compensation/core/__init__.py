"""The commission engine: pure functions from a plan, facts and a context to pay with its reasons.

Words, in the order the money travels:

fact         what happened once and is never edited: a booking, an invoice, a receipt, a refund
credit       whose fact it is, and how much of it (percent, role)
measure      what is counted of a credit: amount, margin, units, received ...
window       how long credits add up before they start again from zero: month, quarter, year ...
position     credits so far in the window; a row moves it from `before` to `after`
component    one rule of a plan: a measure, a window, a rate table, gates, multipliers, caps
row          what one component pays one payee for one fact, with every step that led to the cent
payout       what one component pays one payee: its rows, rounded at the declared stage

Nothing here reads a clock, a file or a database, and nothing computes in binary floats: quantities are
exact fractions until the one declared place where money is rounded.
"""
