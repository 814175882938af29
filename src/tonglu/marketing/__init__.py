"""Campaigns, segments and leads, from the first sign of interest to conversion."""
