"""The rules of money owed and received: pure functions without a database."""
