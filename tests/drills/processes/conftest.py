"""What a drill works with."""

from tools.drills.fixture import drill

__all__ = ["drill"]
