"""The filter of the list of treaties."""

from collections import Counter
from datetime import date

import django_filters as filters
from django import forms
from django.db.models import Count, F
from django.utils.translation import gettext_lazy as _

from core.dates import today
from core.filters import BySlugFilter, DayFilter, FacetedFilter, YearFilter
from relations.filters import ListFilter
from relations.models import Country, Organization, Relation, Topic
from treaties.life import NOT_YET, OPEN, POSSIBLY, STATED, Status, standing
from treaties.models import FacetCounts, Treaty, TreatyAction
from treaties.models.queries import SCOPE
from treaties.terms import coming_ends

STATUSES = (
    *Status.choices,
    *[
        (f"{status}{POSSIBLY}", _("possibly %(status)s") % {"status": status.label})
        for status in STATED
        if status not in OPEN
    ],
    (NOT_YET, _("no status on this day")),
)
ORDERS = {
    "newest": ("-sort_key", "-id"),
    "oldest": ("sort_key", "id"),
    "title": ("sort_title", "id"),
    "-title": ("-sort_title", "-id"),
    "force": (F("force_key").asc(nulls_last=True), "id"),
    "-force": (F("force_key").desc(nulls_last=True), "-id"),
}


class TreatyFilter(FacetedFilter, ListFilter):
    FACETS = {
        "topic": "topics__slug",
        "party": "parties__country__slug",
        "other_party": "parties__country__slug",
    }
    COLUMNS = ("status", "instrument", "scope", "registered")

    pair = BySlugFilter(
        label=_("Pair"),
        queryset=Relation.objects.with_countries(),
        method="of_pair",
        widget=forms.HiddenInput,
    )
    status = filters.ChoiceFilter(label=_("Status"), choices=STATUSES, method="with_standing")
    on = DayFilter(
        label=_("On the day"),
        method="on_day",
        widget=forms.DateInput({"type": "date"}),
        help_text=_(
            "Treaties possibly concluded by this day, with their status then. If left blank: all, "
            "with their status today."
        ),
    )
    party = BySlugFilter(label=_("Party"), queryset=Country.objects.all(), method="with_party")
    other_party = BySlugFilter(
        label=_("Other party"), queryset=Country.objects.all(), method="with_party"
    )
    scope = filters.ChoiceFilter(
        label=_("Parties"),
        choices=[
            ("bilateral", _("two sides")),
            ("multilateral", _("more than two, or organizations")),
        ],
        method="of_scope",
    )
    instrument = filters.ChoiceFilter(label=_("Instrument"), choices=Treaty.Instrument)
    year_from = YearFilter(label=_("Signed from year"), method="signed_from")
    year_to = YearFilter(label=_("Signed to year"), method="signed_to")
    # By the date of the treaty itself, as charts count it; only links from charts set them.
    dated_from = YearFilter(
        label=_("Dated from year"), field_name="year", lookup_expr="gte", widget=forms.HiddenInput
    )
    dated_to = YearFilter(
        label=_("Dated to year"), field_name="year", lookup_expr="lte", widget=forms.HiddenInput
    )
    force_from = YearFilter(label=_("In force from year"), method="in_force_years")
    force_to = YearFilter(label=_("In force to year"), method="in_force_years")
    registered = filters.ChoiceFilter(
        label=_("Registered with the UN"),
        choices=[("yes", _("yes")), ("no", _("no registration recorded"))],
        method="of_registration",
    )
    ending = filters.ChoiceFilter(
        label=_("Ends or renews within"),
        choices=[("6", _("6 months")), ("12", _("a year")), ("36", _("three years"))],
        method="ending_within",
    )
    order = filters.ChoiceFilter(
        label=_("Order"),
        choices=[
            ("oldest", _("oldest first")),
            ("title", _("title, A to Z")),
            ("-title", _("title, Z to A")),
            ("force", _("entry into force, earliest first")),
            ("-force", _("entry into force, latest first")),
        ],
        empty_label=_("newest first"),
        method="in_order",
    )

    @property
    def day(self) -> date:
        """The day for which the status is requested; by default today."""
        return self.form.cleaned_data.get("on") or today()

    @property
    def countries(self) -> list[Country]:
        """The countries for which the status is requested: those of the pair, or the parties."""
        asked = self.form.cleaned_data
        if pair := asked.get("pair"):
            return [pair.country_a, pair.country_b]
        return list(dict.fromkeys(filter(None, (asked.get("party"), asked.get("other_party")))))

    def filter_queryset(self, queryset):
        queryset = self.ordered(self.narrowed(queryset))
        # The filter of the status has annotated it.
        if self.form.cleaned_data["status"]:
            return queryset
        return queryset.with_status(self.day, *self.countries)

    def ordered(self, queryset):
        order = self.form.cleaned_data["order"] or "newest"
        if order.endswith("force"):
            queryset = queryset.entering_force()
        return queryset.order_by(*ORDERS[order])

    def counts(self):
        """The counts stored of all treaties, if no filter narrows the list."""
        asked = {name for name, value in self.form.cleaned_data.items() if value}
        stored = {} if asked - {"order"} else FacetCounts.objects.total(self.day)
        if not stored:
            return super().counts()
        for name, model in (("topic", Topic), ("party", Country)):
            slugs = model.objects.order_by().values_list("pk", "slug")
            stored[name] = {slug: stored[name][str(pk)] for pk, slug in slugs}
        return {**stored, "other_party": stored["party"]}

    def counts_of_columns(self, names):
        """The statuses of treaties as a whole are counted by themselves, in one pass over the
        periods, unless the others depend on them."""
        if self.countries or self.form.cleaned_data["status"]:
            return super().counts_of_columns(names)
        found = super().counts_of_columns([name for name in names if name != "status"])
        rows = self.narrowed(self.queryset.all())
        statuses = Counter(standing(*row) for row in rows.standings(self.day))
        return {"status": statuses + Counter({NOT_YET: rows.count() - statuses.total()}), **found}

    def by_columns(self, queryset, names):
        rows = queryset.with_registration().annotate(scope_key=SCOPE).order_by()
        columns = ["instrument", "scope_key", "registered_key"]
        if "status" not in names:
            yield from rows.values_list(*columns).annotate(count=Count("*"))
            return
        rows = rows.with_status(self.day, *self.countries)
        for status, certain, *others in rows.values_list("status", "certain", *columns).annotate(
            count=Count("*")
        ):
            yield standing(status, certain), *others

    def of_pair(self, queryset, name, value):
        """Treaties, bilateral and multilateral, to which both countries are parties."""
        return queryset.of_pair(value.country_a, value.country_b)

    def with_party(self, queryset, name, value):
        return queryset.with_party(value)

    def with_standing(self, queryset, name, value):
        rows = queryset.with_status(self.day, *self.countries)
        if value == NOT_YET:
            return rows.filter(status="")
        rows = rows.filter(status=value.removesuffix(POSSIBLY))
        return rows if value in OPEN else rows.filter(certain=not value.endswith(POSSIBLY))

    def of_scope(self, queryset, name, value):
        return queryset.annotate(scope_key=SCOPE).filter(scope_key=value)

    def of_registration(self, queryset, name, value):
        return queryset.with_registration().filter(registered_key=value)

    def on_day(self, queryset, name, value):
        """Treaties that are possibly concluded by the day, on which their status is shown."""
        return queryset.possibly_concluded(value)

    def in_order(self, queryset, name, value):
        """Leave the queryset unchanged: `ordered` applies the order."""
        return queryset

    def signed_from(self, queryset, name, value):
        to = self.form.cleaned_data.get("year_to")
        return queryset.signed_between(date(value, 1, 1), date(to, 12, 31) if to else None)

    def signed_to(self, queryset, name, value):
        if self.form.cleaned_data.get("year_from"):
            return queryset
        return queryset.signed_between(None, date(value, 12, 31))

    def in_force_years(self, queryset, name, value):
        """Treaties that are possibly in force at some time between the two years."""
        years = self.form.cleaned_data
        if name == "force_to" and years.get("force_from"):
            return queryset
        return queryset.in_force_within(
            date(years.get("force_from") or 1, 1, 1), date(years.get("force_to") or 9999, 12, 31)
        )

    def ending_within(self, queryset, name, value):
        ends = coming_ends(queryset, self.day, int(value), *self.countries)
        return queryset.filter(pk__in=[end.treaty.pk for end in ends])


class ActionFilter(ListFilter):
    """Steps in the lives of treaties."""

    treaty = BySlugFilter(label=_("Treaty"), queryset=Treaty.objects.published())
    action_type = filters.ChoiceFilter(label=_("Type"), choices=TreatyAction.Type)
    party = BySlugFilter(
        label=_("Party, a country"), queryset=Country.objects.all(), field_name="party__country"
    )
    party_organization = BySlugFilter(
        label=_("Party, an organization"),
        queryset=Organization.objects.public(),
        field_name="party__organization",
    )
