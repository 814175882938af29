"""What the sample roles may do with other people's access tokens; one's own are everybody's."""

from __future__ import annotations

from tonglu.policy.presets import grant

from .tokens import TOKENS

grant("administrator", TOKENS, ("read", "manage"), "all")
