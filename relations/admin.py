"""Records in the admin: one base class for every kind, with citations and publication."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects, flatten
from django.core.exceptions import PermissionDenied
from django.db import DEFAULT_DB_ALIAS
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin import DeskAdmin, Rows
from core.fields import say_dates
from core.forms import DuplicateCheckForm, fresh_slug
from core.unsaved import forget_entries
from relations import workflow
from relations.correcting_pairs import may_correct
from relations.duplicates import (
    add_citations,
    just_added,
    likely,
    people_in,
    similar_organizations,
    similar_people,
)
from relations.form_context import copied_children, from_source
from relations.forms import CountryForm, DisagreementForm, NamedForm, RelationForm, WorkflowForm
from relations.merge_admin import has_merge_permission, merge_selected
from relations.models import (
    Citation,
    Country,
    CountryName,
    Disagreement,
    ErrorReport,
    Event,
    Membership,
    Mission,
    Office,
    Organization,
    Participation,
    Person,
    Record,
    Relation,
    State,
    Succession,
    Topic,
    Visit,
)
from relations.models.citation import number_places
from relations.models.publishable import PublicationRefused
from relations.shown_admin import ShownAdmin
from relations.workflow_admin import WorkflowAdmin
from sources.forms import QuotedForm, QuotedFormSet


class CitationFormSet(QuotedFormSet):
    def validate_unique(self):
        valid = [form for form in self.forms if form.is_valid() and form.has_changed()]
        changed = [form.instance for form in valid if not self._leaves(form)]
        held = {row.pk for row in changed}
        kept = [row for row in self.get_queryset() if row.pk not in held]
        number_places([*kept, *changed])
        super().validate_unique()

    def save(self, commit=True):
        """Delete rows last, so that the last supporting citation can be replaced."""
        self.leaving = []
        saved = super().save(commit)
        for row in self.leaving:
            super().delete_existing(row, commit)
        return saved

    def delete_existing(self, obj, commit=True):
        self.leaving.append(obj)

    def clean(self):
        super().clean()
        if self.instance.state != State.PUBLISHED or any(self.errors):
            return
        stances = {}
        for values in (form.cleaned_data for form in self.forms):
            if values.get("stance") and not values.get("DELETE"):
                stances.setdefault(values.get("field", ""), set()).add(values["stance"])
        if not any(Citation.Stance.SUPPORTS in found for found in stances.values()):
            raise forms.ValidationError(
                _("A published record needs at least one citation that supports it.")
            )
        # Saving does not repeat the checks of publication: a published record keeps its evidence.
        if messages := self.instance.unsupported(stances):
            raise forms.ValidationError(messages)


class CitationInline(Rows, admin.StackedInline):
    model = Citation
    formset = CitationFormSet
    autocomplete_fields = ("source", "passage")
    fields = (
        ("source", "quote", "quote_at"),
        ("passage", "locator"),
        ("stance", "field", "as_stated"),
        ("attribution", "language", "translation"),
        ("inferred", "note"),
    )

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1

    def get_queryset(self, request):
        return super().get_queryset(request).with_places()

    def get_formset(self, request, obj=None, **kwargs):
        """Offer the fields that a citation of this kind of record may name."""
        kind = self.parent_model
        names = [("", _("the whole record"))] + [
            (name, kind._meta.get_field(name).verbose_name) for name in kind.cited_fields()
        ]
        field = forms.ChoiceField(choices=names, required=False, label=_("Field"))
        form = type("CitationForm", (QuotedForm,), {"field": field})
        return super().get_formset(request, obj, form=form, **kwargs)


class ParticipationInline(Rows, admin.StackedInline):
    model = Participation
    autocomplete_fields = ("person", "country", "organization")
    fields = (("role", "person", "country", "organization"), ("capacity", "as_stated"))

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else len(self.copied(request)) or 1

    def copied(self, request) -> list[dict]:
        """The participants of the row that a new one copies, as initial values."""
        return copied_children(request, self.parent_model, "participations", flatten(self.fields))

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person", "country", "organization")


class RecordForm(DuplicateCheckForm, WorkflowForm):
    """The form of a record."""

    # Set by the admin for each request.
    user = None

    def clean_slug(self):
        return self.cleaned_data["slug"] or fresh_slug(Record, self.data.get("title", ""))

    def similar(self):
        known = likely(self.instance, people_in(self.data))
        return known + [row for row in just_added(self.instance, self.user) if row not in known]


class TopicListFilter(admin.SimpleListFilter):
    """Records by topic, as readers filter them: a step of a treaty has its treaty's topics."""

    title = _("topics")
    parameter_name = "topic"

    def lookups(self, request, model_admin):
        return Topic.objects.order_by("name").values_list("slug", "name")

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        topic = Topic.objects.filter(slug=self.value()).first()
        return queryset.with_topic(topic) if topic else queryset.none()


@admin.register(Event, Membership, Mission, Office, Visit)
class RecordAdmin(WorkflowAdmin):
    """Admin for any kind of record, with the fields of its kind."""

    actions = (*WorkflowAdmin.actions, merge_selected)
    has_merge_permission = has_merge_permission
    change_form_template = "admin/record_change_form.html"
    form = RecordForm
    remembered = ("relation",)
    list_display = ("title", "date", "relation", "state", "version")
    list_select_related = ("relation__country_a", "relation__country_b")
    inlines = (ParticipationInline, CitationInline)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def get_list_filter(self, request):
        choices = [field.name for field in self.model.kind_fields() if field.choices]
        return ("state", *choices, TopicListFilter)

    def get_autocomplete_fields(self, request):
        keys = [field.name for field in self.model.kind_fields() if field.remote_field]
        return ("relation", "topics", *keys)

    def get_kind_fields(self) -> list[str]:
        """The fields of the kind in the first fieldset."""
        return [field.name for field in self.model.kind_fields()]

    def get_fieldsets(self, request, obj=None):
        own = self.get_kind_fields()
        first = [("title", "title_supplied"), "relation", ("date", "until"), *own]
        return [
            (None, {"fields": first}),
            (_("Content"), {"fields": ["summary", "topics"]}),
            (_("Record"), {"fields": self.progress, "classes": [] if obj else ["collapse"]}),
        ]

    def get_deleted_objects(self, objs, request):
        """Count the rows that are deleted with a draft; they need no permissions of their own."""
        collector = NestedObjects(using=DEFAULT_DB_ALIAS, origin=objs)
        collector.collect(objs)
        counts = {
            model._meta.verbose_name_plural: len(rows)
            for model, rows in collector.model_objs.items()
            if model is not Record
        }
        return list(map(str, objs)), counts, set(), list(map(str, collector.protected))

    def get_formset_kwargs(self, request, obj, inline, prefix):
        """Fill in the rows of a new record: its citation with the source that the form is opened
        from, its participants with those of the record that it copies."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if obj.pk is None and request.method == "GET":
            if isinstance(inline, CitationInline):
                kwargs["initial"] = [from_source(request, self.model)]
            elif isinstance(inline, ParticipationInline):
                kwargs["initial"] = inline.copied(request)
        return kwargs

    def render_change_form(self, request, context, *args, **kwargs):
        context["record_kind"] = self.model.KIND
        return super().render_change_form(request, context, *args, **kwargs)

    def add_view(self, request, form_url="", extra_context=None):
        """Add a record, or add its citations to the existing record that it repeats."""
        same = request.method == "POST" and "_same" in request.POST
        done = self._add_to_known(request) if same else None
        return done or super().add_view(request, form_url, extra_context)

    def _add_to_known(self, request):
        """Add the citations of the form to an existing record; None if that is not possible."""
        known = self.get_object(request, request.POST["_same"])
        if known is None:
            words = _("Nothing was saved: somebody has deleted that record. Check the form again.")
            return self.shown_again(words, request, None, "", {}, status=403)
        if not self.has_change_permission(request, known):
            raise PermissionDenied
        rows = CitationInline(self.model, self.admin_site).get_formset(request)
        formset = rows(request.POST, request.FILES, prefix="citations", instance=self.model())
        if not formset.is_valid():
            return None
        try:
            new = add_citations(known, formset.save(commit=False), request.user)
        except PublicationRefused as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return None
        forget_entries(request)
        if new:
            words = ngettext("%d citation added.", "%d citations added.", len(new)) % len(new)
            self.message_user(request, words, messages.SUCCESS)
        else:
            self.message_user(
                request, _("The record already has these citations."), messages.WARNING
            )
        return redirect(self.address(known))

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        say_dates(request, [form, *(row for formset in formsets for row in formset.forms)])


class CountryNameInline(Rows, admin.StackedInline):
    model = CountryName
    extra = 0
    fields = (("kind", "language", "name"), ("date", "until", "iso_former"))


class SuccessionInline(Rows, admin.StackedInline):
    model = Succession
    fk_name = "predecessor"
    extra = 0
    autocomplete_fields = ("successor",)
    fields = (("successor", "date"), "note")


@admin.register(Country)
class CountryAdmin(DeskAdmin):
    form = CountryForm
    first_fields = ("name_en", "kind", "slug")
    list_display = ("name_en", "kind", "iso2", "iso3", "iso_former")
    list_filter = ("kind",)
    inlines = (CountryNameInline, SuccessionInline)


@admin.register(Relation)
class RelationAdmin(ShownAdmin, DeskAdmin):
    """Pairs. Their countries can be corrected as long as no published row uses them."""

    form = RelationForm
    fields = ("country_a", "country_b", "summary")
    list_display = ("__str__", "slug")
    list_select_related = ("country_a", "country_b")
    autocomplete_fields = ("country_a", "country_b")

    def get_readonly_fields(self, request, obj=None):
        """Let only publishers edit the summary: any pair has a public page, even without
        records."""
        summary = () if request.user.has_perm(workflow.PUBLISH) else ("summary",)
        fixed = obj and not may_correct(request.user, obj)
        return (*(("country_a", "country_b") if fixed else ()), *summary)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def save_model(self, request, obj, form, change):
        records = form.correct() if form.moves else ()
        super().save_model(request, obj, form, change)
        if records:
            words = _("Records that follow the corrected pair: %s. Check and submit them again.")
            self.message_user(request, words % ", ".join(map(str, records)), messages.WARNING)

    def get_queryset(self, request):
        return super().get_queryset(request).with_countries()


class PersonForm(NamedForm):
    def similar(self):
        return similar_people(self.instance)


@admin.register(Person)
class PersonAdmin(ShownAdmin, DeskAdmin):
    form = PersonForm
    actions = (merge_selected, "release_selected")
    has_merge_permission = has_merge_permission
    first_fields = ("name", "country", "slug")
    list_display = ("name", "country", "description")
    list_select_related = ("country",)
    autocomplete_fields = ("country",)


class OrganizationForm(NamedForm):
    def similar(self):
        return similar_organizations(self.instance)


@admin.register(Organization)
class OrganizationAdmin(ShownAdmin, DeskAdmin):
    form = OrganizationForm
    actions = (merge_selected, "release_selected")
    has_merge_permission = has_merge_permission
    first_fields = ("name", "kind", "acronym", "slug")
    list_display = ("name", "acronym", "kind", "identified")
    list_filter = ("kind", "identified")
    autocomplete_fields = ("country",)


@admin.register(Topic)
class TopicAdmin(DeskAdmin):
    list_display = ("name", "slug")

    def get_readonly_fields(self, request, obj=None):
        """Keep the slug: URLs and earlier versions of records use it."""
        return ("slug",) if obj else ()

    def has_delete_permission(self, request, obj=None):
        if obj and obj.records.exists():
            return False
        return super().has_delete_permission(request, obj)


@admin.register(Record)
class AnyRecordAdmin(DeskAdmin):
    """All records of all kinds, for browsing; each is edited in the admin of its kind."""

    list_display = ("title", "kind", "date", "state", "version")
    list_filter = ("kind", "state", TopicListFilter)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Disagreement)
class DisagreementAdmin(DeskAdmin):
    """Disagreements found by the rules: an editor prefers a value, or none, and gives a reason."""

    form = DisagreementForm
    readonly_fields = ("title", "rule", "relation", "record", "present", "state", "history")
    fields = (*readonly_fields, "choice", "reason")
    list_display = ("title", "rule", "relation", "state", "present", "decided_by")
    list_select_related = ("relation__country_a", "relation__country_b", "decided_by")
    list_filter = ("state", "rule", "present")
    search_fields = ("title", "key")

    @admin.display(description=_("history"))
    def history(self, disagreement):
        """All decisions and reopenings, with author, time and reason."""
        rows = disagreement.decisions.select_related("author")
        lines = (
            (date_format(localtime(row.at), "j F Y, H:i"), row.author or "–", row) for row in rows
        )
        return format_html_join("", "<div>{} · {} · {}</div>", lines) or "–"

    def save_model(self, request, obj, form, change):
        # The form has set the values of its own row.
        form.decide(self.model.objects.get(pk=obj.pk), request.user)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ErrorReport)
class ErrorReportAdmin(DeskAdmin):
    """Errors reported by readers; an editor closes each with a note on what was done."""

    list_display = ("address", "message", "at", "state")
    search_fields = ()
    list_filter = ("state",)
    fields = ("address", "message", "at", "state", "note")
    readonly_fields = ("address", "message", "at")

    def has_add_permission(self, request):
        return False
