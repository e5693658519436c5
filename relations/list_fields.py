"""The fields of records that a mapping of a list can set, by kind."""

from django.utils.translation import gettext_lazy as _

from relations.models import Event, Membership, Mission, Visit
from sources.mappings.keys import Field, FieldType, ListKind, model_fields

COUNTRY, ORGANIZATION, TEXT = FieldType.COUNTRY, FieldType.ORGANIZATION, FieldType.TEXT
TIME = (
    Field("date", FieldType.DATE, _("When it happened or began.")),
    Field("until", FieldType.DATE, _("When it ended; .. if it has not ended.")),
)
DETAILS = ("title_supplied", "summary")


def country(name: str, meaning: str, required: bool = True, stored: bool = False) -> Field:
    return Field(name, COUNTRY, meaning, required, stored=stored)


EVENT = ListKind(
    "event",
    Event,
    _("an event between two countries"),
    (
        Field("title", TEXT, _("The title of the event."), True, unless=("recognized_country",)),
        country("country", _("One of the two countries.")),
        country("other_country", _("The other country.")),
        *model_fields(Event, "event_type", required=("event_type",)),
        *TIME,
        *model_fields(Event, "place"),
        country(
            "recognized_country",
            _("In a recognition, which of the two countries the other one recognized."),
            False,
        ),
        *model_fields(Event, *DETAILS),
    ),
)
VISIT = ListKind(
    "visit",
    Visit,
    _("a visit from one country to another"),
    (
        *model_fields(Visit, "title", required=("title",)),
        country("country", _("The country of the guest.")),
        country("host", _("The host country."), stored=True),
        *model_fields(Visit, "rank", required=("rank",)),
        Field(
            "visitors",
            FieldType.PEOPLE,
            _("The names of the guests, each with or without a title such as President."),
            stored=False,
        ),
        Field(
            "offices",
            FieldType.PEOPLE,
            _("The offices of the guests, in the same order; one office holds for all guests."),
            stored=False,
        ),
        *TIME,
        *model_fields(Visit, "visit_type", "type_as_stated", "place", *DETAILS),
    ),
)
MEMBERSHIP = ListKind(
    "membership",
    Membership,
    _("the membership of a country in an organization"),
    (
        country("member", _("The member, a country."), stored=True),
        Field("organization", ORGANIZATION, _("The organization."), True),
        *model_fields(Membership, "membership_type"),
        *TIME,
        *model_fields(Membership, "title", *DETAILS),
    ),
)
MISSION = ListKind(
    "mission",
    Mission,
    _("a mission of one country in another"),
    (
        country("sender", _("The sending state."), stored=True),
        country("host", _("The receiving state."), stored=True),
        *model_fields(Mission, "mission_type", required=("mission_type",)),
        *TIME,
        *model_fields(Mission, "place", "title", *DETAILS),
    ),
)
KINDS = {kind.name: kind for kind in (EVENT, VISIT, MEMBERSHIP, MISSION)}
