"""All presets in the order in which a newcomer should meet them."""

from __future__ import annotations

from tonglu.compensation.core.faults import fault
from tonglu.kernel.text import N_

from .commissions import (
    ACCELERATORS,
    COLLECTED_STEPS,
    FLAT,
    MARGIN,
    MARGINAL_STEPS,
    ON_COLLECTION,
    PREMIUM,
    SPECIAL_PRICE,
)
from .preset import Preset
from .teams import HOLDBACK, MEETINGS, OVERLAY, OVERRIDE, TEAM_POOL

PRESETS: tuple[Preset, ...] = (
    FLAT,
    ON_COLLECTION,
    MARGINAL_STEPS,
    COLLECTED_STEPS,
    MARGIN,
    PREMIUM,
    SPECIAL_PRICE,
    HOLDBACK,
    TEAM_POOL,
    ACCELERATORS,
    MEETINGS,
    OVERLAY,
    OVERRIDE,
)


def preset(key: str) -> Preset:
    found = next((item for item in PRESETS if item.key == key), None)
    if found is None:
        raise fault("no_preset", N_("There is no preset called %(key)s."), key=key)
    return found
