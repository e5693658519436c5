"""The list of records of different lists that may be the same, side by side, for decisions."""

from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.admin import DeskAdmin
from core.dates import describe_span
from desk.duplicate_decisions import decide
from desk.review import admin_page
from relations.duplicates import UNSPECIFIED
from relations.models import Citation, Kind, PossibleDuplicate, Record, Relation
from relations.models.record import record_class
from relations.rules import value_in_words
from sources.models import Source

# The most pairs to merge at a time: each merge takes a few queries for every related row.
MOST = 200
# How many pairs of countries the filter offers.
OFFERED = 20
Decision = PossibleDuplicate.Decision
DONE = {
    Decision.SAME: ngettext_lazy(
        "%d pair is merged. The other address leads to the record that stays.",
        "%d pairs are merged. The other addresses lead to the records that stay.",
    ),
    Decision.DIFFERENT: ngettext_lazy(
        "%d pair is different. You will not be asked about it again.",
        "%d pairs are different. You will not be asked about them again.",
    ),
    Decision.LATER: ngettext_lazy(
        "%d pair is at the end of the list.", "%d pairs are at the end of the list."
    ),
    Decision.OPEN: ngettext_lazy(
        "%d pair is to be decided again.", "%d pairs are to be decided again."
    ),
}


@dataclass(frozen=True)
class Line:
    """A value of two records side by side."""

    label: str
    one: str
    other: str


def with_sides(pairs: list[PossibleDuplicate]) -> None:
    """Give pairs `links`, both records with the addresses of their forms, `lines`, the values that
    differ, and `both`, the others. The number of queries does not grow with the number of pairs."""
    records, kinds = {}, {}
    for pair in pairs:
        kinds.setdefault(pair.one.kind, set()).update((pair.one_id, pair.other_id))
    for kind, pks in kinds.items():
        rows = record_class(kind).objects.with_actions().filter(pk__in=pks)
        records |= {row.pk: row for row in rows}
    facts = {pk: _facts(row) for pk, row in records.items()}
    for pair in pairs:
        sides = [records[pair.one_id], records[pair.other_id]]
        pair.links = [(row, admin_page(row)) for row in sides]
        labels = dict.fromkeys((*facts[pair.one_id], *facts[pair.other_id]))
        lines = [Line(name, *(facts[row.pk].get(name, "") for row in sides)) for name in labels]
        pair.lines = [line for line in lines if line.one != line.other]
        shared = [line.one for line in lines if line.one and line.one == line.other]
        pair.both = " · ".join(shared)


def _facts(record: Record) -> dict[str, str]:
    """The values of a record in words, by label."""
    found = {_("Countries"): str(record.relation or "")}
    found[_("Date")] = describe_span(record.date, record.until) if record.date else ""
    for field in record.kind_fields():
        value = getattr(record, field.name)
        said = value != field.get_default() and str(value) != UNSPECIFIED
        found[capfirst(field.verbose_name)] = value_in_words(record, field.name) if said else ""
    parts = getattr(record, record.PARTICIPATIONS).all()
    found[_("Participants")] = "; ".join(sorted(str(part) for part in parts))
    steps = sorted(record.parts(), key=lambda row: row.date) if record.parts_field() else ()
    found[_("Steps")] = "; ".join(f"{row.type_display}: {row.date.describe()}" for row in steps)
    cited = record.citations.all()
    found[_("Sources")] = "; ".join(f"{row.source} ({row.place})" for row in cited)
    found[_("State")] = record.get_state_display()
    return {str(label): words for label, words in found.items()}


class SidesList(ChangeList):
    """A page of pairs, each with the values of both records."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        self.may_decide = bool(self.model_admin.get_actions(request))
        with_sides(self.result_list)


class DecisionFilter(admin.SimpleListFilter):
    """Pairs that wait for a decision, or those decided in one way."""

    title = _("decision")
    parameter_name = "decision"

    def lookups(self, request, model_admin):
        return Decision.choices

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": _("to be decided")}, *others]

    def queryset(self, request, queryset):
        if self.value():
            return queryset.filter(decision=self.value())
        return queryset.undecided()


class SourceFilter(admin.SimpleListFilter):
    """Pairs with a record of this list."""

    title = _("list")
    parameter_name = "list"

    def lookups(self, request, model_admin):
        waiting = PossibleDuplicate.objects.undecided().order_by()
        cited = Citation.objects.filter(
            Q(record__in=waiting.values("one")) | Q(record__in=waiting.values("other"))
        )
        return Source.objects.filter(pk__in=cited.values("source")).values_list("slug", "title")

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        cited = Citation.objects.filter(source__slug=self.value()).values("record")
        return queryset.filter(Q(one__in=cited) | Q(other__in=cited))


class KindFilter(admin.SimpleListFilter):
    """Pairs of records of one kind."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [choice for choice in Kind.choices if choice[0] != Kind.ACTION]

    def queryset(self, request, queryset):
        return queryset.filter(one__kind=self.value()) if self.value() else queryset


class PairFilter(admin.SimpleListFilter):
    """Pairs of records about two countries; the countries with the most are offered."""

    title = _("countries")
    parameter_name = "pair"

    def lookups(self, request, model_admin):
        waiting = PossibleDuplicate.objects.undecided().exclude(one__relation=None)
        rows = waiting.order_by().values_list("one__relation").annotate(number=Count("pk"))
        most = [pk for pk, _number in rows.order_by("-number", "one__relation")[:OFFERED]]
        pairs = Relation.objects.with_countries().filter(pk__in=most)
        return sorted(((row.slug, str(row)) for row in pairs), key=lambda choice: choice[1])

    def queryset(self, request, queryset):
        return queryset.filter(one__relation__slug=self.value()) if self.value() else queryset


class DecisionForm(ActionForm):
    """What to do with the selected pairs, and why."""

    note = forms.CharField(
        label=_("Why (optional)"),
        required=False,
        max_length=300,
        widget=forms.TextInput({"maxlength": 300}),
    )


class PossibleDuplicateAdmin(DeskAdmin):
    """Records of different lists that may be the same: editors decide on many at a time."""

    actions = ("same", "different", "later", "ask_again")
    action_form = DecisionForm
    list_display = ("reason",)
    list_display_links = None
    list_per_page = 25
    list_max_show_all = 25
    list_select_related = ("one", "other", "decided_by")
    list_filter = (DecisionFilter, "suggested", "reason", KindFilter, SourceFilter, PairFilter)
    search_fields = ("one__slug", "other__slug", "one__title", "other__title")
    fields = ("one", "other", "reason", "similarity", "decision", "note", "decided_by",
              "decided_at")  # fmt: skip
    readonly_fields = fields

    def changelist_view(self, request, extra_context=None):
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_changelist(self, request, **kwargs):
        return SidesList

    def get_actions(self, request):
        """Offer what can be decided of the pairs that the list shows."""
        found = super().get_actions(request)
        decision = request.GET.get("decision")
        if decision == Decision.SAME:
            return {}
        found.pop("delete_selected", None)
        found.pop("ask_again" if decision != Decision.DIFFERENT else "different", None)
        return found

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        """A pair is decided in the list; its page only shows it."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description=_("Same: merge them"), permissions=["change"])
    def same(self, request, queryset):
        """Merge the records of each pair; the one that stays has the citations of both."""
        if queryset.count() > MOST:
            text = _("You can merge at most %d pairs at a time. Select fewer pairs.") % MOST
            self.message_user(request, text, messages.ERROR)
        else:
            self.decided(request, queryset, Decision.SAME)

    @admin.action(description=_("Different: do not ask again"), permissions=["change"])
    def different(self, request, queryset):
        self.decided(request, queryset, Decision.DIFFERENT)

    @admin.action(description=_("Decide later"), permissions=["change"])
    def later(self, request, queryset):
        self.decided(request, queryset, Decision.LATER)

    @admin.action(description=_("Ask again"), permissions=["change"])
    def ask_again(self, request, queryset):
        self.decided(request, queryset, Decision.OPEN)

    def decided(self, request, queryset, decision: str) -> None:
        """Decide pairs, and say how many were decided and why others were refused."""
        note = request.POST.get("note", "").strip()[:300]
        done, refusals = decide(queryset, decision, request.user, note)
        if refusals:
            self.message_user(request, " ".join(map(str, refusals[:10])), messages.ERROR)
        if done:
            self.message_user(request, DONE[decision] % done, messages.SUCCESS)
