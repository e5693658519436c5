"""Treaties in the admin, with their parties and actions on one page."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Q
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from relations.admin import RecordAdmin, fresh_slug
from relations.models import Citation, Disagreement, Record, State
from relations.models.record import keep_versions
from sources.models import Source
from treaties.life import life_course
from treaties.models import Party, Treaty, TreatyAction, TreatyLink, TreatyText
from treaties.models.period import endings, terms, with_steps
from treaties.rules import as_step, impossible


class PartyInline(admin.TabularInline):
    model = Party
    extra = 0
    autocomplete_fields = ("country", "organization")
    fields = ("country", "organization", "role", "as_stated")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("country", "organization")


class ActionForm(forms.ModelForm):
    """A step of the treaty with the place where it was read, in one row."""

    source = forms.ModelChoiceField(
        label=_("Source"),
        queryset=Source.objects.all(),
        required=False,
        widget=AutocompleteSelect(Citation._meta.get_field("source"), admin.site),
        help_text=_("Makes a citation that supports this step."),
    )
    locator = forms.CharField(label=_("Place in it"), max_length=100, required=False)

    def clean(self):
        super().clean()
        if self.cleaned_data.get("locator") and not self.cleaned_data.get("source"):
            self.add_error("source", _("Name the source in which this place is."))

    def save(self, commit=True):
        action = self.instance
        if not action.slug:
            action.slug = fresh_slug(Record, f"{action.treaty.slug} {action.action_type}")
        action = super().save(commit)
        if commit and self.cleaned_data.get("source"):
            Citation.objects.get_or_create(
                record=action,
                source=self.cleaned_data["source"],
                locator=self.cleaned_data["locator"],
                field="",
                stance=Citation.Stance.SUPPORTS,
            )
        return action


class OwnParties:
    """Offers as the party of an action only those of its treaty."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "party":
            page = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = Party.objects.filter(
                Q(treaty=page) | Q(treaty__actions=page)
            ).select_related("country", "organization")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ActionFormSet(forms.BaseInlineFormSet):
    def clean(self):
        """Refuse an order of actions that one source cannot mean, at the later of the two."""
        super().clean()
        if any(self.errors):
            return
        by_source = {}
        for form in self.forms:
            data = form.cleaned_data
            if not data or data.get("DELETE"):
                continue
            cited = {data["source"]} if data.get("source") else set()
            if form.instance.pk:
                cited |= {row.source for row in form.instance.citations.select_related("source")}
            for source in cited:
                by_source.setdefault(source, []).append((as_step(form.instance), form))
        for source, rows in by_source.items():
            for _first, later, words in impossible(step for step, _form in rows):
                form = next(form for step, form in rows if step is later)
                form.add_error(
                    "date",
                    _("By “%(source)s” there is an impossible order: %(order)s.")
                    % {"source": source, "order": words},
                )


class ActionInline(OwnParties, admin.StackedInline):
    model = TreatyAction
    fk_name = "treaty"
    form = ActionForm
    extra = 0
    show_change_link = True
    verbose_name_plural = _("actions: signature, ratification, entry into force ...")
    formset = ActionFormSet
    fields = (
        ("action_type", "date", "effective", "until"),
        ("party", "place", "occasion"),
        ("status", "law", "registration", "volume", "page"),
        ("source", "locator"),
    )
    autocomplete_fields = ("occasion",)


class LinkInline(admin.StackedInline):
    model = TreatyLink
    fk_name = "treaty"
    extra = 0
    autocomplete_fields = ("target", "source", "passage")
    fields = (("link_type", "target"), ("source", "passage", "locator"), ("as_stated", "note"))


class TextInline(admin.StackedInline):
    model = TreatyText
    extra = 0
    autocomplete_fields = ("source", "passage")
    fields = (("text_language", "standing"), ("source", "passage", "locator"), ("note",))


@admin.register(Treaty)
class TreatyAdmin(RecordAdmin):
    kind_fields = ("instrument", "level", "binding", "place")
    list_filter = ("state", "instrument", "topics")
    inlines = (PartyInline, ActionInline, LinkInline, TextInline, *RecordAdmin.inlines)

    @admin.display(description=_("status, by the steps as they stand"))
    def life(self, treaty):
        """What readers will see of the status once the treaty is published as it is."""
        if not treaty.pk:
            return "–"
        (fetched,) = with_steps([treaty.pk])
        steps = [as_step(row) for row in fetched.actions.all() if row.state != State.WITHDRAWN]
        course = life_course(steps, terms(fetched), endings(fetched))
        lines = (
            (period.status.label, period.start.describe(), period.rule.label) for period in course
        )
        return format_html_join("", "<div>{}: {} · {}</div>", lines) or "–"

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), "life")

    def get_fieldsets(self, request, obj=None):
        laid_down = (_("What it lays down about its own life"), {"fields": [Treaty.TERMS, "life"]})
        first, *others = super().get_fieldsets(request, obj)
        return [first, laid_down, *others]

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        if formset.model is TreatyAction and formset.changed_objects:
            changed = [action.pk for action, _fields in formset.changed_objects]
            actions = list(TreatyAction.objects.filter(pk__in=changed).whole())
            keep_versions(actions, request.user, form.cleaned_data.get("reason", ""))
            # The treaty, which is saved next, brings up to date what follows from its actions.
            Disagreement.objects.refresh(actions)


@admin.register(TreatyAction)
class TreatyActionAdmin(OwnParties, RecordAdmin):
    """A single step with all its citations; steps are added on the page of their treaty."""

    list_display = ("treaty", "action_type", "date", "state")
    list_select_related = ("treaty",)
    list_filter = ("state", "action_type")
    autocomplete_fields = ("treaty", "occasion", "topics")
    search_fields = ("folded", "slug")

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["treaty", "action_type", "party", "place", "occasion", "law"]}),
            (_("When"), {"fields": ["date", "effective", "until"]}),
            (_("What"), {"fields": ["summary", "text", "status", "topics"]}),
            (_("Registration with the United Nations"), {"fields": [TreatyAction.REGISTERED]}),
            (_("Record"), {"fields": ["slug", "state", "version", "published_at", "reason"]}),
        ]

    def has_add_permission(self, request):
        return False
