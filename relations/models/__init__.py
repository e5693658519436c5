"""The core models: countries, their pairs, and the records about them. One file per concept."""

from relations.models.citation import Citation
from relations.models.country import Country, CountryName, Succession
from relations.models.disagreement import Decision, Disagreement
from relations.models.error_report import ErrorReport
from relations.models.event import Event
from relations.models.former_address import FormerAddress
from relations.models.imported_row import ImportedRow
from relations.models.list_alias import ListAlias
from relations.models.membership import Membership
from relations.models.mission import Mission
from relations.models.office import Office
from relations.models.organization import Organization
from relations.models.participation import Participation
from relations.models.person import Person
from relations.models.possible_duplicate import PossibleDuplicate
from relations.models.publishable import State
from relations.models.record import Kind, Record
from relations.models.relation import Relation
from relations.models.revision import Revision
from relations.models.statistics import Statistics
from relations.models.topic import Topic
from relations.models.visit import Visit
from relations.models.withdrawn_row import WithdrawnRow

__all__ = [
    "Citation",
    "Country",
    "CountryName",
    "Decision",
    "Disagreement",
    "ErrorReport",
    "Event",
    "FormerAddress",
    "ImportedRow",
    "Kind",
    "ListAlias",
    "Membership",
    "Mission",
    "Office",
    "Organization",
    "Participation",
    "Person",
    "PossibleDuplicate",
    "Record",
    "Relation",
    "Revision",
    "State",
    "Succession",
    "Statistics",
    "Topic",
    "Visit",
    "WithdrawnRow",
]
