"""Pay that rests on a window: team pools, contests and goals, worked out when a month of pay is calculated."""
