"""Rows of the lists of a dossier, which has hundreds: they take less time as functions than as
templates."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.templatetags.dates import time_element
from relations.models import Visit
from relations.templatetags.records import time_span
from sources.templatetags.references import note_marks
from trade.models import Figure
from trade.templatetags.figures import amount, dispute_marks
from treaties.life import Status
from treaties.models import Treaty

register = template.Library()

TREATY = """
<li>
<span class="when">{when}</span>
<span><a href="{address}">{treaty}</a>{marks}
<span class="kind">{of_type}{status}{end}</span></span>
</li>"""
VISIT = """
<tr>
<td class="when" data-label="{date_label}">{when}</td>
<th scope="row"><a href="{address}">{visit}</a>{marks}</th>
<td data-label="{sides_label}">{guest} → {host}</td>
<td data-label="{kind_label}">{of_type}</td>
</tr>"""
FIGURE = """
<tr>
<th scope="row">{indicator}{sides} {goods}</th>
<td data-label="{period_label}">{when}</td>
<td class="number" data-label="{value_label}">
<span class="figure"><a href="{address}">{amount}</a>{marks} {target}</span> {disputes}
</td>
<td data-label="{stated_label}">{stated_by}</td>
</tr>"""


@register.simple_tag
def treaty_items(rows: Iterable[Treaty]) -> SafeString:
    """Treaties of a pair as items of a list, each with its status on a day unless it is that of the
    heading, in force, and with its `coming_end`."""
    return mark_safe("".join(map(_treaty, rows)))


def _treaty(treaty: Treaty) -> SafeString:
    status = ""
    if treaty.status != Status.IN_FORCE or not treaty.certain or treaty.known_on:
        look = f"{treaty.status}{'' if treaty.certain else ' unsure'}"
        words = treaty.status_in_words
        status = format_html(' · <span class="status {}">{}</span>', look, words)
    return format_html(
        TREATY,
        when=time_element(treaty.date),
        address=treaty.get_absolute_url(),
        treaty=treaty,
        marks=note_marks(treaty),
        of_type=treaty.type_display,
        status=status,
        end=f", {treaty.coming_end.words}" if treaty.coming_end else "",
    )


@register.simple_tag
def visit_rows(rows: Iterable[Visit]) -> SafeString:
    """Visits as rows of a table."""
    labels = {
        "date_label": _("Date"),
        "sides_label": _("From and to"),
        "kind_label": _("Kind"),
    }
    return mark_safe("".join(_visit(row, labels) for row in rows))


def _visit(visit: Visit, labels: dict[str, str]) -> SafeString:
    return format_html(
        VISIT,
        when=time_span(visit),
        address=visit.get_absolute_url(),
        visit=visit,
        marks=note_marks(visit),
        guest=visit.guest,
        host=visit.host,
        of_type=visit.type_display,
        **labels,
    )


@register.simple_tag
def figure_rows(rows: Iterable[Figure]) -> SafeString:
    """Figures with their `disputes` as rows of a table."""
    labels = {
        "period_label": _("Period"),
        "value_label": _("Value"),
        "stated_label": _("Stated by"),
    }
    return mark_safe("".join(_figure(row, labels) for row in rows))


def _figure(figure: Figure, labels: dict[str, str]) -> SafeString:
    goods = figure.commodity
    words = f"{goods.classification} {goods.code}" if goods else _("all goods")
    shown = goods is not None or figure.of_goods
    directed = figure.indicator.directed
    target = figure.status == figure.Status.TARGET
    kind = '<span class="kind">{}</span>'
    return format_html(
        FIGURE,
        indicator=figure.indicator,
        sides=f", {figure.from_country} → {figure.to_country}" if directed else "",
        goods=format_html(kind, words) if shown else "",
        when=figure.when,
        address=figure.get_absolute_url(),
        amount=amount(figure),
        marks=note_marks(figure),
        target=format_html(kind, figure.get_status_display()) if target else "",
        disputes=dispute_marks(figure),
        stated_by=figure.stated_by or _("not stated"),
        **labels,
    )
