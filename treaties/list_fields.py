"""The fields of treaties that a mapping of a list can set."""

from django.utils.translation import gettext_lazy as _

from sources.mapping_keys import Field, FieldType, ListKind, model_fields
from treaties.life import STATED
from treaties.models import Treaty, TreatyAction

# A list has no steps that name another step.
STEPS = tuple(kind for kind in TreatyAction.Type.values if kind != "revocation")


def step(kind: str) -> Field:
    """The field with the date of a step, named by its type."""
    words = _("The date of the step: %s.") % TreatyAction.Type(kind).label
    if kind == TreatyAction.Type.STATUS_STATED:
        words = _("The date of “status”. Without it, the date of the list is needed.")
    return Field(kind, FieldType.DATE, words, stored=False)


TREATY = ListKind(
    "treaty",
    Treaty,
    _("a treaty"),
    (
        *model_fields(Treaty, "title", required=("title",)),
        Field(
            "parties",
            FieldType.PARTIES,
            _("The parties, two or more: names in a cell or in several columns."),
            True,
            stored=False,
        ),
        *model_fields(Treaty, "instrument", "level", "binding", "date", "until", "place"),
        Field(
            "status",
            FieldType.CHOICE,
            _("The status that the list states."),
            allowed=tuple((status.value, status.label) for status in STATED),
            stored=False,
        ),
        *map(step, STEPS),
        *model_fields(Treaty, *Treaty.TERMS, "title_supplied", "summary"),
    ),
)
KINDS = {TREATY.name: TREATY}
