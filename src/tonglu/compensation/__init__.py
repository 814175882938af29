"""Plans, credits, the pay ledger and statements: what a salesperson earns and why."""
