"""The pages of the workbench."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from core.changes import pages_changed, together
from core.forms import DATABASE_REFUSED
from desk.review import demand_editor
from desk.workbench.cards import ACCEPT, CARD, RecordCard
from desk.workbench.fill import CARDS, card
from desk.workbench.reading import Part, parts_of, rejection
from desk.workbench.saving import Invalid, save_cards
from extraction.coverage import coverage
from extraction.models import RejectedSuggestion, SentenceWithoutFact
from extraction.texts import sentences
from relations.models import Country, Organization, Person
from sources.models import Source, SourceText, text_digest

# How many names the fields offer while somebody types.
OFFERED = 300


def workbench(request, pk):
    """A source's text beside the suggestions for records, part by part."""
    source, text = _text(request, pk)
    if request.method == "POST":
        done = _decide(request, source, text) or _save(request, source, text)
        if done is not None:
            return done
    return _page(request, source, text)


@require_safe
def new_card(request, pk):
    """The card of a suggestion for selected words, as a part of a page."""
    source, text = _text(request, pk)
    kind = request.GET.get("kind", "")
    start, end = (_number(request.GET.get(name, "")) for name in ("start", "end"))
    if kind not in CARDS or not 0 <= start < end <= len(text):
        raise Http404
    first, last = next(span for span in parts_of(text) if start < span[1])
    part = Part.of(source, text, first, last)
    one = card(part.page, part.selected(kind, start, min(end, last)))
    return render(request, "admin/_card.html", {"card": one, "kind": kind, "accepted": True})


def _text(request, pk) -> tuple[Source, str]:
    """A source and its attached text. Raises Http404 if it has none, and PermissionDenied if the
    user may not view sources and add records."""
    demand_editor(request.user)
    if not request.user.has_perm("sources.view_source"):
        raise PermissionDenied
    row = get_object_or_404(SourceText.objects.select_related("source"), source=pk)
    return row.source, row.text


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _decide(request, source: Source, text: str) -> HttpResponse | None:
    """Keep a decision about one suggestion or sentence; None if the form contains none."""
    data = request.POST
    if prefix := data.get("reject"):
        _reject(request, source, text, prefix)
    elif "no_fact" in data or "has_fact" in data:
        _mark_sentence(request, source, text)
    else:
        return None
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"progress": coverage(source, text).in_words})
    return redirect(request.get_full_path())


def _reject(request, source: Source, text: str, prefix: str) -> None:
    """Never offer the suggestion of a card again."""
    start, end = (_number(request.POST.get(f"{prefix}-{name}", "")) for name in ("start", "end"))
    kind = prefix.partition("-")[0]
    if kind in CARDS and 0 <= start < end <= len(text):
        RejectedSuggestion.objects.get_or_create(
            source=source, digest=rejection(kind, text[start:end]), defaults={"by": request.user}
        )


@together()
def _mark_sentence(request, source: Source, text: str) -> None:
    """Mark a sentence, given by its offset, as without a fact, or take the mark away."""
    marks = "no_fact" in request.POST
    start = _number(request.POST["no_fact" if marks else "has_fact"])
    for one in (one for one in sentences(text) if one.start == start):
        digest = text_digest(text[one.start : one.end])
        rows = SentenceWithoutFact.objects.filter(source=source, digest=digest)
        if marks:
            rows.get_or_create(source=source, digest=digest, defaults={"by": request.user})
        else:
            rows.delete()
        pages_changed()


def _save(request, source: Source, text: str) -> HttpResponse | None:
    """Save the accepted cards and submit them; None if one of them is invalid, or none accepted."""
    cards = posted(request.POST, source, text)
    accepted = [one for one in cards if f"{one.prefix}-{ACCEPT}" in request.POST]
    request.cards = cards
    if not accepted:
        messages.error(request, _("Accept at least one suggestion."))
        return None
    try:
        with together():
            rows = save_cards(request, accepted, submit="_submit" in request.POST)
    except Invalid:
        messages.error(request, _("Nothing was saved. Correct the suggestions marked below."))
        return None
    except IntegrityError:
        messages.error(request, DATABASE_REFUSED)
        return None
    words = ngettext("%d record saved as a draft.", "%d records saved as drafts.", len(rows))
    if "_submit" in request.POST:
        words = ngettext(
            "%d record submitted for review.", "%d records submitted for review.", len(rows)
        )
    messages.success(request, words % len(rows))
    return redirect(request.get_full_path())


def posted(data, source: Source, text: str) -> list:
    """The cards of a submitted page, bound to its data, in their order."""
    cards = []
    for prefix in dict.fromkeys(data.getlist(CARD)):
        kind, _dash, place = prefix.partition("-")
        if kind in CARDS and len(prefix) < 40 and place.replace("-", "").isdecimal():
            cards.append(CARDS[kind](data, prefix=prefix, source=source, text=text))
    return cards


def _page(request, source: Source, text: str) -> HttpResponse:
    spans = parts_of(text)
    number = min(max(_number(request.GET.get("part", "1")), 1), len(spans))
    part, found = Part.of(source, text, *spans[number - 1]), coverage(source, text)
    shown = {}
    bound = {one.prefix: one for one in getattr(request, "cards", ())}
    for one in bound.values():
        if isinstance(one, RecordCard):
            one.offer_known()
    for one in part.cards(found):
        shown[one.prefix] = one
    # What was submitted stays as it was, with its errors.
    shown |= bound
    cards = sorted(shown.values(), key=lambda one: int(one.prefix.split("-")[1]))
    context = {
        "title": _("Workbench: %s") % source,
        "source": source,
        "original": source,
        "cards": [
            {
                "card": one,
                "kind": one.prefix.partition("-")[0],
                "accepted": f"{one.prefix}-{ACCEPT}" in request.POST,
            }
            for one in cards
        ],
        "paragraphs": list(part.paragraphs(found)),
        "coverage": found,
        "progress": found.in_words,
        "number": number,
        "count": len(spans),
        "new_card": reverse("admin:workbench_card", args=[source.pk]),
        "names": names(part),
        "kinds": [(kind, form._meta.model._meta.verbose_name) for kind, form in CARDS.items()],
    }
    status = 400 if bound else 200
    return render(
        request, "admin/workbench.html", admin.site.each_context(request) | context, status=status
    )


def names(part: Part) -> dict[str, list[str]]:
    """The names that fields offer: the countries, people and organizations of the text first."""
    read = part.read
    countries = [str(row) for row in part.page.countries.values()]
    people = [one.row.name for one in read.people if one.row]
    organizations = [one.row.name for one in read.organizations if one.row]

    def listed(first, model):
        others = (str(row) for row in model.objects.all()[:OFFERED])
        return list(dict.fromkeys([*first, *others]))

    return {
        "country": listed(countries, Country),
        "person": listed(people, Person),
        "organization": listed(organizations, Organization),
    }
