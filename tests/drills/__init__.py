"""Attacks on the house: small here, long with `make drills`. See tools/drills."""
