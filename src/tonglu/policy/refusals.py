"""What is said when a permission is refused: why, and who could."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tonglu.kernel.text import N_

from .compiled import CompiledPolicy
from .scopes import scope_of
from .values import Verdict, act_label

NO_GRANT = N_("None of your roles may %(act)s %(kind)s.")
OUT_OF_REACH = N_("Your roles may %(act)s %(kind)s, but not this one: it is beyond your reach.")
NOT_THERE = N_("There is no such record.")


def refusal_of(policy: CompiledPolicy, sentence: str, act: str, kind: str) -> Verdict:
    """The verdict that says so, with the roles that are granted the act."""
    scope = scope_of(kind)
    params = {"act": act_label(act), "kind": scope.title if scope else kind}
    return Verdict(False, sentence, params, policy.roles_granted(kind, act))


def whom_to_ask(roles: Sequence[str]) -> str:
    """Whom to ask: the roles that may, or whoever could give the right to one."""
    if not roles:
        return str(_("No role may do this yet; an administrator can allow it in the policy."))
    named = str(pgettext_lazy("between names", ", ")).join(roles)
    return str(_("Ask someone in one of these roles: %(roles)s.")) % {"roles": named}
