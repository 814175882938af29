"""What the sample roles may do with the policy itself."""

from __future__ import annotations

from .presets import grant

grant("administrator", "policy", ("read", "manage"), "all")
grant(("managing_director", "data_steward", "hr"), "policy", "read", "all")
