"""What a drill works with: its size, its dice, and the place where it says what it found."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

SIZE = "TONGLU_DRILLS"
SEED = "TONGLU_DRILLS_SEED"
SHARE = "TONGLU_DRILLS_SHARE"
FIGURE = "drill"
_SHOWN = 20


@dataclass(kw_only=True)
class Drill:
    """One run of one drill."""

    long: bool
    seed: int
    share: float = 1
    said: list[tuple[str, object]] = field(default_factory=list)

    def size(self, small: int, long: int) -> int:
        """How much of it to do: a little among the tests, the whole by command."""
        return max(small, round(long * self.share)) if self.long else small

    def dice(self) -> random.Random:
        """The same throws for the same seed."""
        return random.Random(self.seed)

    def tell(self, what: str, found: float, of: int, *, bound: float = 0, unit: str = "") -> None:
        """Keep a figure and its bound for the report."""
        figure: dict[str, Any] = {"what": what, "found": found, "of": of, "bound": bound}
        self.said.append((FIGURE, {**figure, "unit": unit}))

    def holds(self, what: str, faults: Sequence[object], *, of: int) -> None:
        """Keep the number of faults, and fail on the first."""
        self.tell(what, len(faults), of)
        assert of > 0, "the drill tried nothing"
        assert not faults, "\n".join(str(one) for one in faults[:_SHOWN])


@pytest.fixture
def drill(request: pytest.FixtureRequest) -> Drill:
    """The drill's size and seed, from the environment; what it tells goes into the report."""
    seed = int(os.environ.get(SEED, "20260301"))
    share = float(os.environ.get(SHARE, "1"))
    long = os.environ.get(SIZE) == "long"
    return Drill(long=long, seed=seed, share=share, said=request.node.user_properties)
