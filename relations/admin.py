"""Records in the admin: one base for every kind, with citations and publication."""

from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

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
from relations.models.record import PublicationRefused, unsupported
from sources.admin import FoldedSearchAdmin, PermanentSlugAdmin
from sources.folding import fold


class PublishingAdmin(FoldedSearchAdmin):
    """What has a state: it is published and withdrawn here, by the rules of its model."""

    change_form_template = "admin/publishing_change_form.html"
    actions = ("publish_selected", "withdraw_selected")

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if "_publish" in request.POST:
            rows = self.model.objects.filter(pk=form.instance.pk)
            self._publish(request, rows, form.cleaned_data.get("reason", ""))
        else:
            self.keep_revision(request, form)

    def keep_revision(self, request, form):
        """Keep what was saved without publication, where the model has a history."""

    def _publish(self, request, rows, reason=""):
        try:
            count = len(rows)
            rows.publish(request.user, reason)
        except PublicationRefused as error:
            request.publication_refused = True
            self.message_user(
                request,
                " ".join([*error.messages, str(_("It is saved, but not published."))]),
                messages.ERROR,
            )
            return
        self.message_user(
            request,
            ngettext("%d published.", "%d published.", count) % count,
            messages.SUCCESS,
        )

    def response_add(self, request, obj, post_url_continue=None):
        return self._stay_if_refused(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request, obj):
        return self._stay_if_refused(request, obj) or super().response_change(request, obj)

    def _stay_if_refused(self, request, obj):
        """Back to the form where publication was refused: what was typed is saved as a draft."""
        if not getattr(request, "publication_refused", False):
            return None
        return redirect(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", obj.pk)

    @admin.action(description=_("Publish the selected"), permissions=["change"])
    def publish_selected(self, request, queryset):
        self._publish(request, queryset)

    @admin.action(description=_("Withdraw the selected from readers"), permissions=["change"])
    def withdraw_selected(self, request, queryset):
        count = len(queryset)
        queryset.withdraw(request.user)
        self.message_user(request, ngettext("%d withdrawn.", "%d withdrawn.", count) % count)

    def has_delete_permission(self, request, obj=None):
        """What readers have seen is withdrawn, never deleted."""
        if obj and obj.state in (State.PUBLISHED, State.WITHDRAWN):
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class CitationFormSet(forms.BaseInlineFormSet):
    def save(self, commit=True):
        """New ones first, so that the last support can be replaced by another."""
        new = self.save_new_objects(commit)
        return self.save_existing_objects(commit) + new

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
                _("A published record keeps at least one citation that supports it.")
            )
        # Saving does not pass the gate again: what was published with its evidence keeps it.
        if messages := unsupported(self.instance, stances):
            raise forms.ValidationError(messages)


class CitationInline(admin.StackedInline):
    model = Citation
    formset = CitationFormSet
    autocomplete_fields = ("source", "passage")
    fields = (
        ("source", "passage", "locator"),
        ("stance", "field", "as_stated"),
        ("attribution", "language", "translation"),
        ("inferred", "note"),
    )

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1

    def get_queryset(self, request):
        return super().get_queryset(request).with_places()

    def get_formset(self, request, obj=None, **kwargs):
        """A choice of the fields that this kind of record has."""
        kind = self.parent_model
        names = [("", _("the whole record"))] + [
            (name, kind._meta.get_field(name).verbose_name) for name in kind.CITED_FIELDS
        ]
        field = forms.ChoiceField(choices=names, required=False, label=_("Field"))
        form = type("CitationForm", (forms.ModelForm,), {"field": field})
        return super().get_formset(request, obj, form=form, **kwargs)


class ParticipationInline(admin.TabularInline):
    model = Participation
    extra = 0
    autocomplete_fields = ("person", "country", "organization")
    fields = ("role", "person", "country", "organization", "capacity", "as_stated")


def fresh_slug(model, text: str) -> str:
    """An identifier made from a title that no row of the model has yet."""
    stem = slugify(fold(text), allow_unicode=False)[:140].strip("-") or model._meta.model_name
    slug, number = stem, 1
    while model.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


class RecordForm(forms.ModelForm):
    slug = forms.SlugField(
        label=_("Identifier"),
        max_length=160,
        required=False,
        help_text=_("Permanent. Left blank, it is made from the title."),
    )
    reason = forms.CharField(
        label=_("Reason of the change"),
        max_length=300,
        required=False,
        help_text=_("For the history."),
    )

    def clean_slug(self):
        return self.cleaned_data["slug"] or fresh_slug(Record, self.data.get("title", ""))


class RecordAdmin(PublishingAdmin):
    """A record of any kind; subclasses name the fields of their kind in `kind_fields`."""

    form = RecordForm
    kind_fields: tuple = ()
    list_display = ("title", "date", "relation", "state", "version")
    list_select_related = ("relation__country_a", "relation__country_b")
    list_filter = ("state", "topics")
    autocomplete_fields = ("relation", "topics")
    readonly_fields = ("state", "version", "published_at")
    inlines = (ParticipationInline, CitationInline)

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["title", "title_supplied", "relation", *self.kind_fields]}),
            (_("When"), {"fields": ["date", "until"]}),
            (_("What"), {"fields": ["summary", "topics"]}),
            (_("Record"), {"fields": ["slug", "state", "version", "published_at", "reason"]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        return (*self.readonly_fields, *(("slug",) if obj else ()))

    def keep_revision(self, request, form):
        form.instance.revise(request.user, form.cleaned_data.get("reason", ""))


@admin.register(Visit)
class VisitAdmin(RecordAdmin):
    kind_fields = ("host", "visit_type", "type_as_stated", "rank", "place")
    list_filter = ("state", "visit_type", "rank", "topics")
    autocomplete_fields = (*RecordAdmin.autocomplete_fields, "host")


@admin.register(Event)
class EventAdmin(RecordAdmin):
    kind_fields = ("event_type", "place", "anniversary_of", "anniversary")
    list_filter = ("state", "event_type", "topics")
    autocomplete_fields = (*RecordAdmin.autocomplete_fields, "anniversary_of")


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    kind_fields = ("organization", "member", "membership_type")
    list_filter = ("state", "membership_type")
    autocomplete_fields = (*RecordAdmin.autocomplete_fields, "organization", "member")


@admin.register(Mission)
class MissionAdmin(RecordAdmin):
    kind_fields = ("mission_type", "sender", "host", "host_organization", "place")
    list_filter = ("state", "mission_type")
    autocomplete_fields = (
        *RecordAdmin.autocomplete_fields,
        "sender",
        "host",
        "host_organization",
    )


@admin.register(Office)
class OfficeAdmin(RecordAdmin):
    kind_fields = ("person", "rank", "country", "organization")
    list_filter = ("state", "rank")
    autocomplete_fields = (
        *RecordAdmin.autocomplete_fields,
        "person",
        "country",
        "organization",
    )


class CountryNameInline(admin.TabularInline):
    model = CountryName
    extra = 0
    fields = ("kind", "language", "name", "date", "until", "iso_former")


class SuccessionInline(admin.TabularInline):
    model = Succession
    fk_name = "predecessor"
    extra = 0
    autocomplete_fields = ("successor",)
    fields = ("successor", "date", "note")


@admin.register(Country)
class CountryAdmin(PermanentSlugAdmin):
    slug_from = ("name_en",)
    search_fields = ("folded", "names__folded", "slug")
    list_display = ("name_en", "kind", "iso2", "iso3", "iso_former")
    list_filter = ("kind",)
    inlines = (CountryNameInline, SuccessionInline)


class RelationForm(forms.ModelForm):
    def clean(self):
        """The countries may be named in either order."""
        pair = [self.cleaned_data.get(name) for name in ("country_a", "country_b")]
        if all(pair):
            pair.sort(key=lambda country: country.slug)
            self.cleaned_data["country_a"], self.cleaned_data["country_b"] = pair
        return super().clean()


@admin.register(Relation)
class RelationAdmin(FoldedSearchAdmin):
    form = RelationForm
    fields = ("country_a", "country_b", "summary")
    search_fields = ("country_a__folded", "country_b__folded", "slug")
    list_display = ("__str__", "slug")
    list_select_related = ("country_a", "country_b")
    autocomplete_fields = ("country_a", "country_b")

    def get_readonly_fields(self, request, obj=None):
        return ("country_a", "country_b") if obj else ()


@admin.register(Person)
class PersonAdmin(PermanentSlugAdmin):
    list_display = ("name", "country", "description")
    list_select_related = ("country",)
    autocomplete_fields = ("country",)


@admin.register(Organization)
class OrganizationAdmin(PermanentSlugAdmin):
    list_display = ("name", "acronym", "kind", "identified")
    list_filter = ("kind", "identified")
    autocomplete_fields = ("country",)


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ("name", "slug")
    search_fields = ("name", "slug")


@admin.register(Record)
class AnyRecordAdmin(FoldedSearchAdmin):
    """All records of all kinds, to look through; each is edited as its own kind."""

    list_display = ("title", "kind", "date", "state", "version")
    list_filter = ("kind", "state", "topics")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class DisagreementForm(forms.ModelForm):
    choice = forms.ChoiceField(label=_("Preferred"), widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.fields["choice"].choices = [
            (member["id"], " · ".join(filter(None, (member["value"], member["source_title"]))))
            for member in self.instance.members
        ]


@admin.register(Disagreement)
class DisagreementAdmin(admin.ModelAdmin):
    """What the rules have found: an editor prefers one value and says why."""

    form = DisagreementForm
    fields = ("title", "rule", "relation", "record", "present", "state", "choice", "reason")
    readonly_fields = ("title", "rule", "relation", "record", "present", "state")
    list_display = ("title", "rule", "relation", "state", "present", "decided_by")
    list_select_related = ("relation__country_a", "relation__country_b", "decided_by")
    list_filter = ("state", "rule", "present")
    search_fields = ("title", "key")

    def save_model(self, request, obj, form, change):
        obj.decide(form.cleaned_data["choice"], form.cleaned_data["reason"], request.user)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ErrorReport)
class ErrorReportAdmin(admin.ModelAdmin):
    """What readers have reported; an editor closes it with a note on what was done."""

    list_display = ("address", "message", "at", "state")
    list_filter = ("state",)
    fields = ("address", "message", "at", "state", "note")
    readonly_fields = ("address", "message", "at")

    def has_add_permission(self, request):
        return False
