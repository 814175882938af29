"""Pure Python words of the business: money, percent, period, condition, errors; imports no Django."""
