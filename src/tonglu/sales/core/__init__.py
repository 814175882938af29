"""Pure rules of selling: stages and their gates, credit splits, forecast; no clock, no database."""
