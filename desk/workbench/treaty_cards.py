"""The cards of treaties with their steps."""

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from core.forms import fresh_slug
from desk.workbench.card_form import CardForm
from desk.workbench.cards import RecordCard
from desk.workbench.names import NameField, NamesField
from relations.duplicates import add_citations
from relations.models import Country, Record
from relations.publication import save_versions
from treaties.models import Party, Treaty, TreatyAction


class StepForm(CardForm):
    """One step in the life of a suggested treaty; it is left out if `use` is off."""

    use = forms.BooleanField(label=_("Add this step"), required=False, initial=True)
    party = NameField(Country, label=_("Party"), required=False)

    class Meta:
        model = TreatyAction
        fields = ("action_type", "date", "law", "registration")

    field_order = ("use", "action_type", "date", "party", "law", "registration")

    def full_clean(self):
        super().full_clean()
        if self.is_bound and self.add_prefix("use") not in self.data:
            # What is left out may be wrong.
            self._errors, self.cleaned_data = ErrorDict(), {"use": False}

    def _post_clean(self):
        # A step is checked once its treaty exists.
        pass


class TreatyCard(RecordCard):
    """A treaty with its steps. Two parties make its pair."""

    PAIR = ()

    parties = NamesField(Country, label=_("Parties, separated by ;"))
    # How many steps the card has.
    steps = forms.IntegerField(min_value=0, max_value=20, initial=1, widget=forms.HiddenInput)

    class Meta:
        model = Treaty
        fields = ("title", "instrument", "date", "place")

    field_order = ("title", "known", "instrument", "date", "place", "parties")

    def __init__(self, *args, step_values: list[dict] = (), **kwargs):
        super().__init__(*args, **kwargs)
        # The steps that saving the card has added.
        self.new_steps: list[TreatyAction] = []
        data = self.data if self.is_bound else None
        if self.is_bound:
            sent = self.data.get(self.add_prefix("steps"), "")
            count = min(int(sent), 20) if sent.isdecimal() and len(sent) < 3 else 0
            step_values = [{}] * count
        self.initial["steps"] = len(step_values)
        self.step_forms = [
            StepForm(
                data,
                prefix=f"{self.prefix}-step{number}",
                initial=values,
                source=self.source,
                text=self.text,
                named=kwargs.get("named"),
            )
            for number, values in enumerate(step_values)
        ]

    def pair(self):
        parties = self.value("parties") or ()
        return parties if len(parties) == 2 else []

    def is_valid(self):
        # All of them, so that each shows its errors.
        steps = [form.is_valid() for form in self.step_forms]
        return super().is_valid() and all(steps)

    def supplies_title(self):
        return False

    def save_new(self):
        treaty = super().save_new()
        for country in self.cleaned_data["parties"]:
            Party.objects.create(treaty=treaty, country=country)
        self.save_steps(treaty)
        return treaty

    def save_steps(self, treaty: Treaty, user=None) -> list[TreatyAction]:
        """Add the steps that the treaty lacks, each with a citation, and cite those that it has.
        Return all of these steps."""
        had, found, added = list(TreatyAction.objects.filter(treaty=treaty)), [], []
        parties = {row.country_id: row for row in Party.objects.filter(treaty=treaty)}
        for form in self.step_forms:
            values = form.cleaned_data
            if not values["use"]:
                continue
            citation = self.citation(values["start"], values["end"])
            if known := next((step for step in had if _is_same(step, values)), None):
                add_citations(known, [citation], user)
                found.append(known)
                continue
            step = TreatyAction(treaty=treaty)
            for name in StepForm.Meta.fields:
                setattr(step, name, values.get(name) or "")
            step.date = values["date"]
            step.place = treaty.place if values["action_type"] == "signature" else ""
            country = values.get("party")
            step.party = parties.get(country.pk) if country else None
            step.slug = fresh_slug(Record, f"{treaty.slug} {step.action_type}")
            step.full_clean()
            step.save()
            citation.record = step
            citation.save()
            added.append(step)
        keys = [step.pk for step in added]
        save_versions(list(TreatyAction.objects.filter(pk__in=keys).with_related()), user)
        self.new_steps = added
        return [*found, *added]


def _is_same(step: TreatyAction, values: dict) -> bool:
    """Whether a treaty's step is the one that these values give: of the same type, by the same
    party, and not on another day."""
    country, date = values.get("party"), values["date"]
    if step.action_type != values["action_type"]:
        return False
    if country and step.party and step.party.country_id != country.pk:
        return False
    if not date or not step.date:
        return True
    return not (date.certainly_before(step.date) or step.date.certainly_before(date))
