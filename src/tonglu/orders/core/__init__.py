"""Pure rules of quotes, contracts and orders: totals, discount authority, payment plans, states; no clock, no database."""
