"""The fields of treaties that a mapping of a list can set."""

from collections.abc import Iterator

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


def names_set(content: dict) -> Iterator[str]:
    """The fields that the tables [party] and [steps] of a mapping set."""
    party, steps = (content.get(name) for name in ("party", "steps"))
    if isinstance(party, dict):
        yield from ("parties" if name == "name" else name for name in party)
    if isinstance(steps, dict):
        others = {"type": "step", "party": "parties"}
        yield from (others.get(name, name) for name in steps)


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
            unless=("party", "steps", "parties_follow"),
            stored=False,
        ),
        *model_fields(Treaty, "instrument", "level", "binding"),
        Field(
            "date",
            FieldType.DATE,
            _("The date by which it is known. By default that of its signature, or first step."),
        ),
        Field("until", FieldType.DATE, _("When it ended.")),
        *model_fields(Treaty, "place"),
        Field(
            "status",
            FieldType.CHOICE,
            _("The status that the list states."),
            allowed=tuple((status.value, status.label) for status in STATED),
            stored=False,
        ),
        Field(
            "step",
            FieldType.CHOICE,
            _("The type of step that a row of [steps] describes."),
            allowed=tuple((kind, TreatyAction.Type(kind).label) for kind in STEPS),
            stored=False,
        ),
        *map(step, STEPS),
        *model_fields(Treaty, *Treaty.TERMS, "title_supplied", "summary"),
    ),
    sets=names_set,
)
KINDS = {TREATY.name: TREATY}
