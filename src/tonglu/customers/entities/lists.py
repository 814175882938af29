"""The pick lists of customers: industries and sources."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tonglu.customers.models import Industry, Source
from tonglu.entities.spec import Entity, Section

INDUSTRY = Entity(
    model=Industry,
    slug="industries",
    area="administration",
    icon="building-factory",
    order=200,
    columns=("name", "position", "active"),
    form=(Section(title=_("Industry"), fields=("name", "name_zh", "position", "active")),),
    search=("name", "name_zh"),
    quick=("name", "name_zh"),
    filters=("active",),
    sort="position",
    import_key=("external_id", "name"),
    empty=_("The lines of business your customers work in."),
)

SOURCE = Entity(
    model=Source,
    slug="sources",
    area="administration",
    icon="route",
    order=210,
    columns=("name", "channel", "position", "active"),
    form=(Section(title=_("Source"), fields=("name", "name_zh", "channel", "position", "active")),),
    search=("name", "name_zh"),
    quick=("name", "name_zh", "channel"),
    filters=("channel", "active"),
    sort="position",
    import_key=("external_id", "name"),
    empty=_("Where customers and leads come from: a form, a fair, a referral."),
)
