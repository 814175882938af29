"""What the sample roles may do with the machine's own kinds."""

from __future__ import annotations

from tonglu.policy.presets import grant

KINDS = ("entities.customfield",)

grant("administrator", KINDS, ("read", "create", "update", "delete", "export"), "all")
