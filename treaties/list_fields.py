"""The fields of treaties that a mapping of a list can set."""

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sources.mappings.keys import Field, FieldType, ListKind, Problem, model_fields
from treaties.life import STATED
from treaties.models import Treaty, TreatyAction
from treaties.party_fields import STEPS, spread


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
    spread=spread,
)


def _needed(content: dict) -> Iterable[Problem]:
    """Problems of a list of parties that does not say to which treaties, or names no party."""
    if "list" not in content:
        yield Problem("", _now("The mapping needs “list”, the list that has the treaties."))
    if not {"party name", "step party"} & set(content.get("columns", {})):
        yield Problem("", _now("The mapping needs [party] name or [steps] party."))


PARTY = ListKind(
    "treaty_party",
    Treaty,
    _("a party to a treaty of another list"),
    (
        Field(
            "treaty",
            FieldType.TEXT,
            _("The identifier of the treaty in the other list."),
            True,
            stored=False,
            column_only=True,
        ),
    ),
    check=_needed,
    spread=spread,
)
KINDS = {kind.name: kind for kind in (TREATY, PARTY)}
