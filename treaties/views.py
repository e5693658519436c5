"""Public pages of treaties."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.dates import today
from core.errors import invalid_file_request
from relations.views import RecordList, RecordPage
from treaties import charts, family, filters, linked_data, references, serializers
from treaties.forms import DayForm
from treaties.life import CONSENT, SIGNATURES, Status, in_words, status_on
from treaties.models import Treaty, TreatyAction, TreatyPeriod
from treaties.scopes import of_treaty


class TreatyList(RecordList):
    model = Treaty
    filterset_class = filters.TreatyFilter
    serialize = serializers.treaty
    linked_data = linked_data.treaty
    reference = references.treaty

    def walked(self, found):
        """Count and page a filtered list without the status of each treaty."""
        rows, asked = super().walked(found), self.filterset
        if rows is found and self.valid:
            return asked.ordered(asked.narrowed(asked.queryset))
        return rows


class TreatyPage(RecordPage):
    model = Treaty
    scopes = staticmethod(of_treaty)
    serialize = serializers.treaty
    linked_data = linked_data.treaty
    reference = references.treaty
    parameters = tuple(DayForm.base_fields)

    def get(self, request, *args, form="html", **kwargs):
        """Answer an invalid day with 400."""
        asked = DayForm(request.GET)
        if form != "html" and not asked.is_valid():
            return invalid_file_request(form, asked)
        return super().get(request, *args, form=form, **kwargs)

    def get_queryset(self):
        self.day_form = DayForm(self.request.GET)
        return super().get_queryset().with_status(self.day_form.day)

    def get_context_data(self, **kwargs):
        treaty = self.object
        periods = [row for row in treaty.periods.all() if row.party_id is None]
        found = reasons(treaty, periods)
        for period in periods:
            period.because = [found[slug] for slug in period.decided_by if slug in found]
        revocations = [step for step in treaty.life if step.revokes_id]
        for step in treaty.life:
            step.revoked = [row for row in revocations if row.revokes_id == step.pk]
        branches = family.of_treaty(treaty)
        return super().get_context_data(
            day_form=self.day_form,
            day=self.day_form.day,
            periods=periods,
            chart=charts.life_chart(periods, treaty.life, today()),
            parties=party_table(treaty, periods, self.day_form.day),
            family=branches,
            **kwargs,
        )

    def render_to_response(self, context, **kwargs):
        status = 200 if self.day_form.is_valid() else 400
        return super().render_to_response(context, status=status, **kwargs)


def reasons(treaty, periods) -> dict[str, dict]:
    """The reasons for the periods, a dict by slug: actions of the treaty and other treaties that
    end it, each with `words` and `url`. One query, only if another treaty is among them."""
    found = {
        row.slug: {"words": row.get_action_type_display(), "url": f"#{row.slug}"}
        for row in treaty.life
    }
    others = {slug for period in periods for slug in period.decided_by} - set(found)
    for row in Treaty.objects.published().filter(slug__in=others) if others else ():
        found[row.slug] = {"words": str(row), "url": row.get_absolute_url()}
    return found


def party_table(treaty, periods, day) -> list[dict]:
    """For each party its signatures and consents, the periods in which the treaty bound it, each
    with what `ended` it, and its standing on a day."""
    rows = []
    for party in treaty.parties.all():
        own = [row for row in treaty.periods.all() if row.party_id == party.pk] or periods
        steps = [row for row in treaty.life if row.party_id in (None, party.pk)]
        status, certain, known_on = status_on(own, day)
        rows.append(
            {
                "party": party,
                "signatures": [row for row in steps if row.action_type in SIGNATURES],
                "consents": [row for row in steps if row.action_type in CONSENT],
                "bound": [] if party.role else in_force(own),
                "status": "" if party.role else status,
                "certain": certain,
                "words": _("not bound") if party.role
                else in_words(status, certain, known_on, day, of_party=True),
            }
        )  # fmt: skip
    return rows


def in_force(periods) -> list[TreatyPeriod]:
    """The periods in force, each with the next one as `ended`; None if nothing ended it."""
    found = []
    for place, row in enumerate(periods):
        if row.status == Status.IN_FORCE:
            row.ended = next(iter(periods[place + 1 :]), None)
            found.append(row)
    return found


class ActionPage(RecordPage):
    """The files of an action; its HTML page redirects to the page of its treaty."""

    model = TreatyAction
    serialize = serializers.action
    linked_data = linked_data.action
    reference = references.action

    def get(self, request, *args, form="html", **kwargs):
        if form != "html":
            return super().get(request, *args, form=form, **kwargs)
        action = self.get_object()
        return redirect(f"{action.treaty.get_absolute_url()}#{action.slug}")
