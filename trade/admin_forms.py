"""The forms of figures and goods in the admin."""

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.forms import DuplicateCheckForm, fresh_slug
from relations.forms import WorkflowForm
from relations.models import State
from sources.forms import QuotedForm
from trade.amounts import LONGEST, AmountError, UnitError, listed, read, understand, written
from trade.duplicates import similar_statements
from trade.magnitudes import published_out_of_scale
from trade.templatetags.figures import amount, in_full
from trade.units import grouped_choices

# The fields of a figure by which its value is compared with others.
COMPARED = {
    *("value", "unit", "period", "period_until", "indicator", "commodity"),
    *("from_country", "to_country", "status"),
}


class StatementForm(DuplicateCheckForm, WorkflowForm, QuotedForm):
    def similar(self):
        return similar_statements(self.instance, self.cleaned_data.get("quote", ""))

    def needs_reason(self):
        outdated = self.waiting and self.waiting.base != self.instance.version
        return self.has_changed() or outdated or self.instance.state == State.WITHDRAWN

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if "slug" in given and not given["slug"]:
            names = ("indicator", "name", "from_country", "to_country", "period", "source")
            parts = [getattr(given.get(name), "slug", given.get(name)) for name in names]
            text = " ".join(str(part) for part in parts if part)
            given["slug"] = fresh_slug(self._meta.model, text)


class FigureForm(StatementForm):
    """A figure whose amount is typed as the source writes it. Value, upper end, scale, qualifier
    and, if it names one, unit are read from it."""

    value = forms.CharField(
        label=_("Amount as written"),
        max_length=LONGEST,
        widget=forms.TextInput({"data-amount": "", "autocomplete": "off", "class": "vTextField"}),
        help_text=_(
            "The number with its scale and unit: $106.2 mln; 19,6 млн тонн; 3,4 млрд теңге; more "
            "than 10 million; 10–12 million."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.value is not None:
            self.initial["value"] = written(self.instance)
        if "unit" in self.fields:
            self.fields["unit"].required = False
            self.fields["unit"].choices = [("", "---------"), *grouped_choices()]
            self.fields["unit"].help_text = _("Only needed if the amount does not name it.")

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if "value" not in given:
            return
        names = ("from_country", "to_country", "reporter_country")
        countries = {country.slug for name in names if (country := given.get(name))}
        text = given["value"]
        # A note must say that the source restates a value; one that is on record is left alone.
        added = self.instance._state.adding
        changed = added or {"value", "unit", "period", "note"} & {*self.changed_data}
        restated = bool(given.get("note", "").strip()) or not changed
        try:
            # A number, so that the other fields are checked even if the unit is not certain.
            given["value"] = read(text)[0].value
            if "unit" in given:
                period = given.get("period")
                found = understand(text, given["unit"], period, countries, restated)
                self._take(text, found)
        except AmountError as error:
            self.add_error("value", str(error))
        except UnitError as error:
            self.add_error("unit", str(error))

    def validate_unique(self):
        """Also compare the figure, which has the values of the form by now, with others."""
        super().validate_unique()
        if not self.errors and (before := self.instance.stated_before()):
            said = _(
                "This source already has a figure of this series and period, with the same "
                "vintage or none: {}. If the source has revised the value, give the date on which "
                "it did (vintage). If the figure is wrong, correct that one."
            )
            address = reverse("admin:trade_figure_change", args=[before.pk])
            link = format_html('<a href="{}">{}, {}</a>', address, before, amount(before))
            self.add_error("vintage", format_html(said, link))
        if not self.errors and (doubt := self._doubtful_scale()):
            self.add_error("value", doubt)

    def _doubtful_scale(self):
        """A question about a new or changed amount that is far off the published ones. An editor
        answers it with a scale if the amount names none, or else with a note."""
        scale, note = self.stated.scale, self.cleaned_data["note"].strip()
        answered = scale == 0 or (scale is not None and note)
        changed = self.instance._state.adding or not COMPARED.isdisjoint(self.changed_data)
        if answered or not changed or not (others := published_out_of_scale(self.instance)):
            return ""
        words = _(
            "%(amount)s is far from other values: %(others)s. Check the scale. If the source "
            "really states this amount, say so in the note."
        )
        if scale is None:
            words = _(
                "%(amount)s is far from other values: %(others)s. Write the scale: “%(text)s "
                "million”, or “%(text)s units” if the source gives no scale."
            )
        told = "; ".join(f"{in_full(row)} ({row.when})" for row in others)
        given = {"amount": self.stated.words, "others": told, "text": self["value"].data.strip()}
        return words % given

    def _take(self, text, found):
        """Set what the amount states, or report that it can be read in several ways."""
        if len(found) > 1:
            words = _("“%(text)s” can mean: %(readings)s. Write the one that you mean.")
            self.add_error("value", words % {"text": text, "readings": listed(found)})
            return
        (stated,) = found
        self.cleaned_data |= {"value": stated.value, "unit": stated.units[0]}
        row, self.stated = self.instance, stated
        row.upper, row.scale, row.qualifier = stated.upper, stated.scale or 0, stated.qualifier
