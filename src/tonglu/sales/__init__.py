"""Pipelines, stages and opportunities: the sales project from qualified interest to won or lost."""
