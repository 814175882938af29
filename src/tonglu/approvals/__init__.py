"""One approval, one place: requests, steps, deputies and decisions."""
