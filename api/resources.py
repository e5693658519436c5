"""What the API serves: each resource with its rows, shape, filters and orders.

Most come from the views of the pages, so that page, file and API show the same.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter

from django.db.models import CharField, Model, QuerySet, Value
from django.db.models.functions import Concat
from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from api.forms import OnDayForm
from core.dates import today
from core.models import PublicChange
from core.serializers import change
from core.shapes import TEXT, Shape, value, yes_no
from core.views import ListPage
from portal import countries
from portal import views as portal
from portal.filters import PassageFilter
from relations import filters, serializers
from relations import views as relations
from relations.models import Citation, Membership, Office, Record, State, Topic
from sources.models import Passage
from sources.serializers import passage
from trade import views as trade
from trade.filters import TradedGoodFilter
from trade.models import Commodity, Indicator, TradedGood
from trade.serializers import commodity, indicator, traded_good
from treaties import views as treaties
from treaties.filters import ActionFilter
from treaties.models import Treaty, TreatyAction
from treaties.serializers import action, treaty

# The orders of lists: the first is the default. Each ends in a column without equal values.
DATED = {"newest": ("-sort_key", "-id"), "oldest": ("sort_key", "id")}
NAMED = {"name": ("sort_name", "id"), "-name": ("-sort_name", "-id")}
BY_ID = {"id": ("slug",), "-id": ("-slug",)}
AS_ADDED = {"added": ("id",), "-added": ("-id",)}
TIMELINE_ORDERS = ("newest", "oldest")
# The filter of treaties has their orders.
OF_FILTER: dict[str, tuple[str, ...]] = {}
# A treaty in force between two countries.
IN_FORCE = Shape(
    "TreatyInForce",
    _("A treaty that is in force between two countries on a day, certainly or possibly."),
    {
        name: treaty.values[name]
        for name in (
            *("id", "url", "title", "date", "relation", "topics", "instrument", "level", "binding"),
            *("place", "status", "status_certain", "status_last_known_on"),
        )
    }
    | {"certain": yes_no("binds", _("Whether it certainly binds both on that day."))},
)


class NoFilter(FilterSet):
    """The filters of a list without any."""


@dataclass(frozen=True)
class Resource:
    """A kind of rows with a list and an address for each row.

    `rows` gets what readers see, with all that the shape needs. `page` is the view of the page of
    one row, which knows withdrawn and merged rows.
    """

    name: str
    shape: Shape
    model: type[Model]
    rows: Callable[[], QuerySet]
    filters: type[FilterSet]
    orders: dict[str, tuple[str, ...]]
    page: Callable | None = None
    # The lookups that the parts of an identifier, divided by colons, are for.
    key: tuple[str, ...] = ("slug",)
    # The form of the parameters of one row.
    row_form: type[Form] = Form

    @property
    def help(self) -> str:
        return str(self.shape.help)

    @property
    def converter(self) -> str:
        """How its identifiers are read in an address: keys of several parts may have slashes."""
        return "path" if self.key == ("key",) else "str"

    def id_of(self, row: Model) -> str:
        """The identifier of a row in its address."""
        return ":".join(str(attrgetter(name.replace("__", "."))(row)) for name in self.key)

    def find(self, id: str, values: dict) -> Model | None:
        """The row with an identifier, if readers see it; `values` are those of the `row_form`."""
        parts = id.split(":", len(self.key) - 1)
        if len(parts) < len(self.key) or "\0" in id:
            return None
        rows = self.rows().filter(**dict(zip(self.key, parts, strict=True)))
        return self._on_day(rows, values.get("on")).first()

    def fetched(self, slugs: Iterable[str]) -> dict[str, Model]:
        """The rows to which references lead, by slug."""
        rows = self._on_day(self.rows().filter(slug__in=set(slugs)))
        return {row.slug: row for row in rows}

    def _on_day(self, rows: QuerySet, day: date | None = None) -> QuerySet:
        """Treaties with their status on a day, by default today; other rows as they are."""
        return rows.with_status(day or today()) if self.model is Treaty else rows


def _of_list(name, view: type[ListPage], orders, page=None, **more) -> Resource:
    """A resource of a list page; `page` is the view of its rows."""

    def rows():
        listed = view()
        return listed.with_related(listed.get_queryset())

    shape, model = view.serialize, view.model
    return Resource(name, shape, model, rows, view.filterset_class, orders, page, **more)


def _record_page(model):
    return lambda: relations.RecordPage(model=model)


def _records(model) -> Callable[[], QuerySet]:
    # The kind is given too, so that the list uses the index on kind.
    return lambda: model.objects.published().filter(kind=model.KIND).with_related()


def _citations():
    rows = Citation.objects.filter(record__state=State.PUBLISHED)
    return rows.select_related("record", "source", "passage__source")


def _commodities():
    key = Concat("classification", "revision", Value(":"), "code", output_field=CharField())
    return Commodity.objects.annotate(key=key)


RESOURCES = (
    _of_list("countries", relations.CountryList, NAMED, countries.CountryPage),
    _of_list(
        "relations",
        portal.RelationList,
        {"records": ("-statistics__entries", "slug"), **BY_ID},
    ),
    _of_list("organizations", relations.OrganizationList, NAMED, relations.OrganizationPage),
    _of_list("people", relations.PersonList, NAMED, relations.PersonPage),
    Resource("topics", serializers.topic, Topic, Topic.objects.all, NoFilter, BY_ID),
    _of_list("visits", relations.VisitList, DATED, _record_page(relations.Visit)),
    _of_list("events", relations.EventList, DATED, _record_page(relations.Event)),
    _of_list("missions", relations.MissionList, DATED, _record_page(relations.Mission)),
    Resource(
        "memberships",
        serializers.membership,
        Membership,
        _records(Membership),
        filters.MembershipFilter,
        DATED,
        _record_page(Membership),
    ),
    Resource(
        "offices",
        serializers.office,
        Office,
        _records(Office),
        filters.OfficeFilter,
        DATED,
        _record_page(Office),
    ),
    _of_list("treaties", treaties.TreatyList, OF_FILTER, treaties.TreatyPage, row_form=OnDayForm),
    Resource(
        "actions",
        action,
        TreatyAction,
        _records(TreatyAction),
        ActionFilter,
        DATED,
        treaties.ActionPage,
    ),
    _of_list("figures", trade.FigureList, DATED, trade.FigurePage),
    Resource("indicators", indicator, Indicator, Indicator.objects.all, NoFilter, BY_ID),
    Resource(
        "commodities", commodity, Commodity, _commodities, NoFilter, {"id": ("key",)}, key=("key",)
    ),
    Resource(
        "traded-goods",
        traded_good,
        TradedGood,
        lambda: TradedGood.objects.published().for_pages(),
        TradedGoodFilter,
        AS_ADDED,
        lambda: trade.StatementPage(model=TradedGood),
    ),
    _of_list("sources", portal.SourceList, DATED, portal.SourcePage),
    Resource(
        "passages",
        passage,
        Passage,
        lambda: Passage.objects.public().select_related("source"),
        PassageFilter,
        AS_ADDED,
        key=("source__slug", "locator"),
    ),
    Resource(
        "citations",
        serializers.cited,
        Citation,
        _citations,
        filters.CitationFilter,
        AS_ADDED,
        key=(),
    ),
    _of_list(
        "disagreements", portal.DisagreementList, {"id": ("key",), "-id": ("-key",)}, key=("key",)
    ),
)


# The resources by the names that their rows have in the log of changes.
OF_KIND = {
    **{one.model.KIND.value: one.name for one in RESOURCES if issubclass(one.model, Record)},
    "country": "countries",
    "topic": "topics",
    "organization": "organizations",
    "person": "people",
    "source": "sources",
    "passage": "passages",
    "indicator": "indicators",
    "commodity": "commodities",
    "pair": "relations",
    "figure": "figures",
    "good": "traded-goods",
    "disagreement": "disagreements",
}


@cache
def by_model() -> dict[type[Model], Resource]:
    """The resources to which references lead: those whose rows have a slug."""
    return {resource.model: resource for resource in RESOURCES if resource.key == ("slug",)}


def _address_of(row: PublicChange) -> str:
    return reverse(f"api:{OF_KIND[row.kind]}_row", args=[row.key])


# A change with the address of its row.
CHANGE = Shape(
    change.name,
    change.help,
    change.values
    | {"url": value(_address_of, {**TEXT, "format": "uri"}, _("Address of the row in the API."))},
)
