"""Treaties in the admin, with their parties and actions on one page."""

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from core.admin import Rows
from core.forms import MOST_NEW_ROWS, ROW_KEY, RowsFormSet, fresh_slug
from core.row_choices import RowChoice
from relations import derived
from relations.admin import CitationInline, ParticipationInline, RecordAdmin
from relations.correcting_pairs import replaced
from relations.form_context import copied_children, from_source
from relations.models import Citation, Country, Record, State
from relations.publication import save_versions
from sources.forms import QuotedForm, QuotedFormSet
from sources.models import Source
from treaties.life import REVOCABLE, SIGNATURES, life_courses
from treaties.models import Party, Treaty, TreatyAction, TreatyLink, TreatyText
from treaties.models.period import bound_parties, endings, terms
from treaties.models.treaty import with_steps
from treaties.rules import as_step, impossible


class PartyFormSet(RowsFormSet):
    """The parties of a treaty. If the treaty gets another pair, unchanged parties that are
    countries of the former one follow it."""

    # The former and the new country of each party that follows.
    following: dict[Country, Country] = {}

    def full_clean(self):
        """Follow the pair of the treaty's form, which is valid by now."""
        if self.is_bound and self.instance.pk:
            self._follow_pair()
        super().full_clean()

    def _follow_pair(self):
        treaty = Treaty.objects.select_related("relation__country_a", "relation__country_b")
        before, after = treaty.get(pk=self.instance.pk).relation, self.instance.relation
        if before is None or after is None or before == after:
            return
        pairs = ((pair.country_a, pair.country_b) for pair in (before, after))
        moved = {old.pk: (old, new) for old, new in replaced(*pairs).items()}
        data, followed = self.data.copy(), {}
        named = {form["country"].data for form in self.initial_forms}
        for form in self.initial_forms:
            old, new = moved.get(form.instance.country_id, (None, None))
            unchanged = old and form["country"].data == str(old.pk)
            if unchanged and not form.instance.role and str(new.pk) not in named:
                data[form.add_prefix("country")] = str(new.pk)
                followed[old] = new
        for form in self.forms:
            form.data = data
        self.data, self.following = data, followed

    def add_fields(self, form, index):
        """Check a party against the submitted treaty, not the stored one."""
        super().add_fields(form, index)
        form.instance.treaty = self.instance

    def clean(self):
        """Refuse changed rows that leave a single party."""
        super().clean()
        if any(self.errors) or not self.has_changed():
            return
        left = [
            form
            for form in self.forms
            if not form.cleaned_data.get("DELETE") and (form.instance.pk or form.has_changed())
        ]
        if len(bound_parties(form.instance for form in left)) == 1:
            raise ValidationError(
                _("A treaty has two or more parties. Add the others, or leave all rows blank.")
            )


class PartyInline(Rows, admin.StackedInline):
    model = Party
    formset = PartyFormSet
    autocomplete_fields = ("country", "organization")
    fields = (("country", "organization"), ("role", "as_stated"))
    verbose_name_plural = _("parties (if left blank: the two countries of the pair)")

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else len(self.copied(request)) or 2

    def copied(self, request) -> list[dict]:
        """The parties of the treaty that a new one copies, as initial values."""
        return copied_children(request, self.parent_model, "parties", flatten(self.fields))

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("country", "organization")


class ActionForm(QuotedForm):
    """A step of the treaty and a citation for it, in one row."""

    source = forms.ModelChoiceField(
        label=_("Source"),
        queryset=Source.objects.all(),
        required=False,
        help_text=_("Adds a citation that supports this step."),
    )
    locator = forms.CharField(label=_("Place in the source"), max_length=100, required=False)
    # A new treaty, and what its first citation says: the step may take these over.
    treaty: Treaty | None = None
    stated: dict = {}

    def has_changed(self):
        """Whether it is a step: in a new treaty, a row in which only the source is filled in is
        not, since the form may have filled it in."""
        alone = self.treaty is not None and set(self.changed_data) <= {"source"}
        return not alone and super().has_changed()

    def _inherit(self):
        """Let the signature of a new treaty take over what is left blank in it, unless it has a
        date of its own: date and place of the treaty, source and words of its first citation."""
        values, treaty = self.cleaned_data, self.treaty
        if treaty is None or values.get("action_type") not in SIGNATURES:
            return
        if {"date", "source", "quote"} & set(self.errors) or not treaty.date:
            return
        if values.get("date") and values["date"] != treaty.date:
            return
        values["date"], values["place"] = treaty.date, values.get("place") or treaty.place
        has_place = values.get("quote") or values.get("locator")
        if self.stated and not has_place and values.get("source") in (None, self.stated["source"]):
            values |= self.stated

    def clean(self):
        self._inherit()
        super().clean()
        if self.cleaned_data.get("locator") and not self.cleaned_data.get("source"):
            self.add_error("source", _("Choose the source that contains this place."))

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
                defaults={"passage": self.find_passage()},
            )
        return action


def first_citation(data: QueryDict) -> dict:
    """The source, words and place of the first citation in a submitted form; empty if it has
    none."""
    for number in range(MOST_NEW_ROWS):
        row = {name: data.get(f"citations-{number}-{name}", "").strip() for name in CITED}
        if ROW_KEY.fullmatch(row["source"]):
            source = Source.objects.filter(pk=row["source"]).first()
            at = int(row["quote_at"]) if ROW_KEY.fullmatch(row["quote_at"]) else None
            return row | {"source": source, "quote_at": at} if source else {}
    return {}


def own_parties(request) -> QuerySet:
    """The parties of the treaty on this page, or of the treaty to which its step belongs."""
    page = request.resolver_match.kwargs.get("object_id")
    found = Party.objects.filter(Q(treaty=page) | Q(treaty__actions=page)).distinct()
    return found.select_related("country", "organization")


def revocable_steps(request) -> QuerySet:
    """The steps that can be revoked of the treaty on this page, or of that of its step."""
    page = request.resolver_match.kwargs.get("object_id")
    found = TreatyAction.objects.filter(Q(treaty=page) | Q(treaty__actions=page))
    return found.filter(action_type__in=REVOCABLE).for_pages().oldest_first().distinct()


# The fields that a step takes over from a citation of its treaty.
CITED = ("source", "quote", "quote_at", "locator")
# The fields of a step whose choices are rows of its treaty.
OF_TREATY = {"party": own_parties, "revokes": revocable_steps}


# What a form says at the date of a new treaty's step.
FROM_TREATY = _(
    "If you leave the date of a signature blank, its date, place, source and words are "
    "taken from the treaty. If there was no signature, clear the action."
)


class ActionFormSet(QuotedFormSet):
    @cached_property
    def first_citation(self) -> dict:
        return first_citation(self.data) if self.is_bound else {}

    @cached_property
    def of_treaty(self) -> dict[str, list]:
        """The choices of all steps among rows of the treaty: the parties of its pending change, if
        it has one."""
        choices = {name: list(self.form.base_fields[name].choices) for name in OF_TREATY}
        parties = getattr(self.instance, "unsaved_children", {}).get("parties")
        if parties is not None:
            blank, *_stored = choices["party"]
            choices["party"] = [blank, *((party.pk, str(party)) for party in parties)]
        return choices

    def add_fields(self, form, index):
        """Offer rows of the treaty, fetched once. A step that is entered with its treaty may leave
        blank what the treaty says."""
        super().add_fields(form, index)
        for name, choices in self.of_treaty.items():
            form.fields[name].choices = choices
        if self.instance._state.adding:
            form.fields["date"].help_text = FROM_TREATY
            form.treaty, form.stated = self.instance, self.first_citation

    def clean(self):
        """Add an error to the later of two actions whose order in one source is impossible."""
        super().clean()
        if any(self.errors):
            return
        by_source, known = {}, {}
        steps = [form.instance.pk for form in self.initial_forms]
        for row in Citation.objects.filter(record__in=steps).select_related("source"):
            known.setdefault(row.record_id, set()).add(row.source)
        for form in self.forms:
            data = form.cleaned_data
            if not data or data.get("DELETE"):
                continue
            cited = {data["source"]} if data.get("source") else set()
            for source in cited | known.get(form.instance.pk, set()):
                by_source.setdefault(source, []).append((as_step(form.instance), form))
        for source, rows in by_source.items():
            for _first, later, words in impossible(step for step, _form in rows):
                form = next(form for step, form in rows if step is later)
                form.add_error(
                    "date",
                    _("“%(source)s” gives an impossible order: %(order)s.")
                    % {"source": source, "order": words},
                )


class ActionInline(Rows, admin.StackedInline):
    model = TreatyAction
    fk_name = "treaty"
    form = ActionForm
    show_change_link = True
    view_on_site = False
    verbose_name_plural = _("actions: signature, ratification, entry into force ...")
    formset = ActionFormSet
    fields = (
        ("action_type", "date", "effective", "until"),
        ("party", "place", "occasion"),
        ("revokes", "status"),
        ("law", "registration", "volume", "page"),
        ("source", "quote", "quote_at", "locator"),
    )
    autocomplete_fields = ("occasion",)

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("occasion")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in OF_TREATY:
            kwargs["queryset"] = OF_TREATY[db_field.name](request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_formset(self, request, obj=None, **kwargs):
        """Let editors search for sources and add missing ones, as for citations."""
        formset = super().get_formset(request, obj, **kwargs)
        field = Citation._meta.get_field("source")
        formset.form.base_fields["source"].widget = RowChoice(
            AutocompleteSelect(field, self.admin_site),
            field.remote_field,
            self.admin_site,
            can_add_related=self.admin_site.get_model_admin(Source).has_add_permission(request),
        )
        return formset


class LinkInline(Rows, admin.StackedInline):
    model = TreatyLink
    classes = ("collapse",)
    fk_name = "treaty"
    extra = 0
    autocomplete_fields = ("target", "source", "passage")
    fields = (("link_type", "target"), ("source", "passage", "locator"), ("as_stated", "note"))

    def get_queryset(self, request):
        return super().get_queryset(request).for_pages()


class TextInline(Rows, admin.StackedInline):
    model = TreatyText
    classes = ("collapse",)
    extra = 0
    autocomplete_fields = ("source", "passage")
    fields = (("text_language", "standing"), ("source", "passage", "locator"), ("note",))

    def get_queryset(self, request):
        return super().get_queryset(request).for_pages()


@admin.register(Treaty)
class TreatyAdmin(RecordAdmin):
    inlines = (
        PartyInline,
        ActionInline,
        CitationInline,
        ParticipationInline,
        LinkInline,
        TextInline,
    )

    def get_formset_kwargs(self, request, obj, inline, prefix):
        """Fill in a new treaty's first step as its signature, and its parties with those of the
        treaty that it copies."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if obj.pk is None and request.method == "GET":
            if isinstance(inline, ActionInline):
                first = {"action_type": TreatyAction.Type.SIGNATURE}
                kwargs["initial"] = [first | from_source(request, self.model)]
            elif isinstance(inline, PartyInline):
                kwargs["initial"] = inline.copied(request)
        return kwargs

    @admin.display(description=_("status derived from the current steps"))
    def life(self, treaty):
        """The periods of status that readers will see once the treaty is published as it is."""
        if not treaty.pk:
            return "–"
        (fetched,) = with_steps([treaty.pk])
        actions, parties = fetched.actions.all(), fetched.parties.all()
        if drafted := getattr(treaty, "unsaved_children", {}):
            actions, parties = drafted.get("actions", actions), drafted.get("parties", parties)
        bound = {None, *(row.pk for row in bound_parties(parties))}
        steps = [
            as_step(row)
            for row in actions
            if row.state != State.WITHDRAWN and row.party_id in bound
        ]
        names = {None: ""} | {row.pk: f"{row.party}: " for row in bound_parties(parties)}
        courses = life_courses(steps, terms(treaty, parties), endings(fetched))
        lines = (
            (names[party], period.status.label, period.start.describe(), period.rule.label)
            for party, course in courses.items()
            for period in course
        )
        return format_html_join("", "<div>{}{}: {} · {}</div>", lines) or "–"

    def get_readonly_fields(self, request, obj=None):
        return (*super().get_readonly_fields(request, obj), "life")

    def get_kind_fields(self):
        return [name for name in super().get_kind_fields() if name not in Treaty.TERMS]

    def get_fieldsets(self, request, obj=None):
        terms = {"fields": [Treaty.TERMS, "life"], "classes": [] if obj else ["collapse"]}
        laid_down = (_("Terms: duration, renewal, notice"), terms)
        first, *others = super().get_fieldsets(request, obj)
        return [first, laid_down, *others]

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        treaty = form.instance
        for old, new in getattr(formset, "following", {}).items():
            words = _("The parties follow the pair: %(new)s instead of %(old)s.")
            self.message_user(request, words % {"old": old, "new": new})
        if (
            formset.model is Party
            and not change
            and treaty.relation
            and not treaty.parties.exists()
        ):
            pair = (treaty.relation.country_a, treaty.relation.country_b)
            for country in pair:
                Party.objects.create(treaty=treaty, country=country)
        if formset.model is TreatyAction and formset.changed_objects:
            changed = [action.pk for action, _fields in formset.changed_objects]
            actions = list(TreatyAction.objects.filter(pk__in=changed).with_related())
            save_versions(actions, request.user, form.cleaned_data.get("reason", ""))
            # The treaty is saved next and updates the other data derived from its actions.
            derived.disagreements(actions)


@admin.register(TreatyAction)
class TreatyActionAdmin(RecordAdmin):
    """A single step with all its citations; steps are added on the page of their treaty."""

    list_display = ("treaty", "action_type", "date", "state")
    list_select_related = ("treaty",)

    def get_autocomplete_fields(self, request):
        return ("treaty", "occasion", "topics")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in OF_TREATY:
            kwargs["queryset"] = OF_TREATY[db_field.name](request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["treaty", "action_type", "party", "place", "occasion", "law"]}),
            (_("Dates"), {"fields": ["date", "effective", "until"]}),
            (_("Content"), {"fields": ["summary", "text", "revokes", "status", "topics"]}),
            (_("Registration with the United Nations"), {"fields": [TreatyAction.REGISTERED]}),
            (_("Record"), {"fields": self.progress}),
        ]

    def has_add_permission(self, request):
        return False
