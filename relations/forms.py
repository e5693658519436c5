"""The form of rows with revisions: slug, and the reason for a change that readers see; and the
forms of people, organizations, countries and disagreements."""

from copy import copy

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.dates import Edtf, describe_span
from core.forms import MADE_SLUG, DuplicateCheckForm, MadeSlugForm
from core.snapshot import rolled_back
from relations import workflow
from relations.correcting_pairs import correct
from relations.decisions import NONE, decide, reopen
from relations.lifetimes import left_outside
from relations.models import FormerAddress, Relation

# How many rows a message names.
NAMED = 3


class WorkflowForm(forms.ModelForm):
    slug = forms.SlugField(
        label=_("Identifier"),
        max_length=160,
        required=False,
        help_text=MADE_SLUG,
    )
    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=300,
        required=False,
        help_text=_(
            "Readers see it in the log of corrections. Required once the record has been published."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        drafted = getattr(self.instance, "unsaved_children", {})
        if "topics" in drafted:
            self.initial["topics"] = drafted["topics"]
        # Editing an open revision keeps its reason.
        shown = self.instance.published_at
        self.waiting = workflow.open_revision(self.instance) if shown else None
        if self.waiting:
            self.fields["reason"].initial = self.waiting.reason

    def needs_reason(self) -> bool:
        """Whether the change may affect a row that readers have seen."""
        return True

    def clean_reason(self):
        reason = self.cleaned_data["reason"].strip()
        if not reason and self.instance.published_at and self.needs_reason():
            raise forms.ValidationError(_("Readers have seen this. Give a reason for the change."))
        return reason


class NamedForm(DuplicateCheckForm, MadeSlugForm):
    """The form of a person or an organization."""

    slug_from = "name"

    def reserved(self):
        kind = self._meta.model._meta.model_name
        return [FormerAddress.objects.filter(**{f"{kind}__isnull": False})]


class CountryForm(MadeSlugForm):
    """The form of a country. Its lifetime cannot leave out what has happened in it."""

    slug_from = "name_en"

    def clean(self):
        super().clean()
        if not self.instance.pk:
            return
        for name in ("date", "until"):
            after = copy(self.instance)
            given = self.cleaned_data.get(name)
            if isinstance(given, Edtf) and given != getattr(after, name):
                setattr(after, name, given)
                if rows := left_outside(self.instance, after):
                    self.add_error(name, outside_in_words(rows))


class RelationForm(forms.ModelForm):
    """The form of a pair, whose countries may be given in either order."""

    # Set by the admin for each request.
    user = None
    # The countries that replace those of an existing pair, in the order of the form.
    moves: tuple = ()

    def clean(self):
        pair = [self.cleaned_data.get(name) for name in ("country_a", "country_b")]
        if not all(pair):
            return super().clean()
        before = {self.instance.country_a_id, self.instance.country_b_id}
        if self.instance.pk and {country.pk for country in pair} != before:
            self.moves = tuple(pair)
        pair.sort(key=lambda country: country.slug)
        self.cleaned_data["country_a"], self.cleaned_data["country_b"] = pair
        return super().clean()

    def full_clean(self):
        """Also correct the pair on trial, to report what prevents it."""
        super().full_clean()
        if not self.moves or self.errors:
            return
        try:
            with rolled_back():
                self.correct()
        except ValidationError as error:
            self.add_error(None, error.messages)

    def correct(self) -> list:
        """Give the stored pair the countries of the form; returns the records that follow."""
        stored = Relation.objects.with_countries().get(pk=self.instance.pk)
        records = correct(stored, self.moves, self.user)
        self.instance.slug = stored.slug
        return records


class DisagreementForm(forms.ModelForm):
    """A decision on a disagreement: one of its values, none, or none yet (reopened)."""

    REOPEN = "reopen"

    choice = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        help_text=_(
            "If none of the values is preferred, charts choose among the figures as if this were "
            "undecided, and none of the conflicting steps counts towards the status of the "
            "treaty."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A user with only view permission gets no fields.
        if "reason" not in self.fields:
            return
        self.fields["reason"].required = True
        choices = [
            (member["id"], " · ".join(filter(None, (member["value"], member["source_title"]))))
            for member in self.instance.members
        ]
        choices.append((NONE, _("None of these values")))
        if self.instance.state == self.instance.State.DECIDED:
            choices.append((self.REOPEN, _("Reopen: the decision no longer stands")))
        self.fields["choice"].choices = choices
        if self.instance.prefers_none:
            self.initial["choice"] = NONE

    def clean(self):
        super().clean()
        reopened = self.cleaned_data.get("choice") == self.REOPEN
        if reopened and self.cleaned_data.get("reason") == self.initial["reason"].strip():
            self.add_error("reason", _("Say why the decision no longer stands."))

    def decide(self, row, user) -> None:
        """Take the decision on the row as it is stored."""
        given = self.cleaned_data
        if given["choice"] == self.REOPEN:
            reopen(row, given["reason"], user)
        else:
            decide(row, given["choice"], given["reason"], user)


def outside_in_words(rows: list) -> str:
    """How many rows a changed lifetime leaves outside it, with links to the first."""
    said = ngettext(
        "{number} entry is outside this lifetime: {rows}. Correct or withdraw it first.",
        "{number} entries are outside this lifetime: {rows}. Correct or withdraw them first.",
        len(rows),
    )
    links = format_html_join(", ", '<a href="{}">{}</a> ({})', map(_described, rows[:NAMED]))
    more = " …" if len(rows) > NAMED else ""
    return format_html(said, number=len(rows), rows=format_html("{}{}", links, more))


def _described(row) -> tuple[str, str, str]:
    """The address of a row in the admin, its name and its dates."""
    page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return reverse(page, args=[row.pk]), str(row), describe_span(*row.time())
