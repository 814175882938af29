"""What the sample roles may do in the administrator's rooms; an analyst reads the trail where the company grants it."""

from __future__ import annotations

from tonglu.policy.presets import grant

from .rights import AUDIT, NETWORKS, PULSE, WORK

grant("administrator", AUDIT, ("read", "verify", "export"), "all")
grant("administrator", WORK, ("read", "manage"), "all")
grant("administrator", NETWORKS, ("read", "manage"), "all")
grant("administrator", PULSE, "read", "all")
