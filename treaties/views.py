"""Public pages of treaties."""

from django.shortcuts import get_object_or_404, redirect

from core.dates import today
from relations.views import RecordList, RecordPage
from treaties import charts, family, filters, serializers
from treaties.forms import DayForm
from treaties.life import CONSENT, ENDED, SIGNATURES, Status
from treaties.models import Treaty, TreatyAction


class TreatyList(RecordList):
    model = Treaty
    filterset_class = filters.TreatyFilter
    serialize = serializers.treaty


class TreatyPage(RecordPage):
    model = Treaty
    serialize = serializers.treaty

    def get(self, request, *args, form="html", **kwargs):
        """Show an invalid day as a page with status 400, even if a file was requested."""
        if not DayForm(request.GET).is_valid():
            form = "html"
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
        branches = family.of_treaty(treaty)
        return super().get_context_data(
            day_form=self.day_form,
            day=self.day_form.day,
            periods=periods,
            chart=charts.life_chart(periods, treaty.life, today()),
            parties=party_table(treaty, periods),
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


def party_table(treaty, periods) -> list[dict]:
    """For each party its signature, consent, and when the treaty began and ceased to bind it."""
    rows = []
    for party in treaty.parties.all():
        own = [row for row in treaty.periods.all() if row.party_id == party.pk] or periods
        steps = [row for row in treaty.life if row.party_id in (None, party.pk)]
        rows.append(
            {
                "party": party,
                "signature": _first(steps, SIGNATURES),
                "consent": _first(steps, CONSENT),
                "force": next((row for row in own if row.status == Status.IN_FORCE), None),
                "end": next((row for row in own if row.status in ENDED), None),
            }
        )
    return rows


def _first(steps, types):
    return next((step for step in steps if step.action_type in types), None)


class ActionPage(RecordPage):
    """The files of an action; its HTML page redirects to the page of its treaty."""

    model = TreatyAction
    serialize = serializers.action

    def get(self, request, *args, form="html", **kwargs):
        if form != "html":
            return super().get(request, *args, form=form, **kwargs)
        action = get_object_or_404(self.get_queryset(), slug=kwargs["slug"])
        return redirect(f"{action.treaty.get_absolute_url()}#{action.slug}")
