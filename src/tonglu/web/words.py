"""What scripts say to people: one table, translated with the page and carried by it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tonglu.kernel.text import N_

SIGN_IN = (
    N_("A new set of Two-Factor Authentication recovery codes has been generated."),
    N_("Authenticator app activated."),
    N_("Authenticator app deactivated."),
    N_("Incorrect code."),
)
"""Sentences of the sign-in library whose own Chinese has another word for what every other page calls 两步验证."""


def words() -> Mapping[str, str]:
    """Key -> sentence in the active language; `{n}`-like places are filled by the script."""
    return _words(get_language())


@lru_cache(maxsize=8)
def _words(_language: str | None) -> Mapping[str, str]:
    return {**_common(), **_editing(), **_palette()}


def _common() -> dict[str, str]:
    return {
        "close": _("Close"),
        "cancel": _("Cancel"),
        "confirm": _("Confirm"),
        "confirm_title": _("Please confirm"),
        "dismiss": _("Dismiss"),
        "loading": _("Loading…"),
        "retry": _("Try again"),
        "offline": _("You are offline. What you write is kept on this device."),
        "online": _("Connected again."),
        "failed": _("That did not work. Please try again."),
        "network": _("The server could not be reached. Nothing was changed."),
        "too_many": _("Too many requests. Please wait a moment."),
        "signed_out": _("Your session has ended. Please sign in again."),
        "copied": _("Copied."),
        "selected": _("{n} selected"),
        "move_failed": _("The card could not be moved"),
        "moved": _("Moved."),
        "saved": _("Saved."),
        "no_results": _("Nothing found."),
        "type_more": _("Type to search."),
        "create_new": _("Create “{text}”"),
        "create_another": _("Create new…"),
        "clear": _("Clear"),
        "results": _("{n} results"),
    }


def _editing() -> dict[str, str]:
    return {
        "unsaved": _("You have changes that are not saved. Leave this page?"),
        "draft_found": _("A draft from {when} was kept on this device."),
        "draft_restore": _("Restore draft"),
        "draft_discard": _("Discard"),
        "file_drop": _("Drop files here or choose them"),
        "file_failed": _("{name} could not be uploaded."),
        "file_done": _("{name} uploaded."),
        "remove": _("Remove"),
        "remove_row": _("Remove row"),
        "all_of": _("All of"),
        "any_of": _("Any of"),
        "none_of": _("None of"),
        "add_condition": _("Add condition"),
        "add_group": _("Add group"),
        "field": _("Field"),
        "operator": _("Comparison"),
        "value": _("Value"),
        "and": pgettext("between two values", "and"),
        "yes": _("Yes"),
        "no": _("No"),
        "match": _("Match"),
        "no_conditions": _("No conditions: everything matches."),
        "move_up": _("Move up"),
        "move_down": _("Move down"),
        "width": _("Width"),
    }


def _palette() -> dict[str, str]:
    return {
        "go_to": _("Go to"),
        "create": _("Create"),
        "actions": _("Actions"),
        "records": _("Records"),
        "recent": _("Recent"),
        "theme_light": _("Light theme"),
        "theme_dark": _("Dark theme"),
        "theme_auto": _("Theme of the device"),
        "shortcuts": _("Keyboard shortcuts"),
        "all_results": _("All results for “{text}”"),
    }
