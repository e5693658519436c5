"""The pages of the workbench."""

import re

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
from desk.workbench.reading import Part, parts_of
from desk.workbench.saving import Invalid, may_add, save_cards
from extraction.coverage import coverage
from extraction.models import RejectedSuggestion, SentenceWithoutFact
from extraction.texts import sentences
from relations.models import Country, Organization, Person
from sources.models import Source, SourceText, text_digest

# How many names the fields offer while somebody types.
OFFERED = 300
# More cards than any page shows.
MOST_CARDS = 200
# The prefix of a card, with the offsets of its words; the digest of a rejected suggestion.
PREFIX, DIGEST = re.compile("[a-z]+-[0-9]{1,9}-[0-9]{1,9}"), re.compile("[0-9a-f]{64}")


def workbench(request, pk):
    """A source's text beside the suggestions for records, part by part."""
    row = _text(request, pk)
    source, text, cards, status = row.source, row.text, [], 200
    if request.method == "POST":
        done, cards = _posted(request, source, text)
        if isinstance(done, HttpResponse):
            return done
        status = done
    return _page(request, source, text, cards, status)


@require_safe
def new_card(request, pk):
    """The card of a suggestion for selected words, as a part of a page."""
    row = _text(request, pk)
    source, text = row.source, row.text
    kind = request.GET.get("kind", "")
    start, end = (_number(request.GET.get(name, "")) for name in ("start", "end"))
    if kind not in kinds_for(request.user) or not 0 <= start < end <= len(text):
        raise Http404
    listed = sentences(text)
    spans = parts_of(listed, text)
    first, last = next((span for span in spans if start < span[1]), spans[-1])
    part = Part.of(source, text, listed, first, last)
    suggestion = part.selected(kind, start, min(end, last))
    if suggestion is None:
        raise Http404
    one = card(part.page, suggestion)
    return render(request, "admin/_card.html", {"card": one, "kind": kind, "accepted": True})


def kinds_for(user) -> list[str]:
    """The kinds of records that a user may add."""
    return [kind for kind, form in CARDS.items() if may_add(user, form._meta.model)]


def _text(request, pk) -> SourceText:
    """The attached text of a source. Raises Http404 if it has none, and PermissionDenied if the
    user may not view sources and edit records."""
    demand_editor(request.user)
    if not request.user.has_perm("sources.view_source"):
        raise PermissionDenied
    return get_object_or_404(SourceText.objects.select_related("source"), source=pk)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _posted(request, source: Source, text: str) -> tuple[HttpResponse | int, list]:
    """Do what a submitted page asks for. Return a response, or else the status of the page that is
    shown again with the submitted cards."""
    data = request.POST
    if data.get("text_digest", "") != text_digest(text):
        messages.error(
            request,
            _("Nothing was saved: the text has been replaced. Check the suggestions again."),
        )
        return 409, []
    if {"reject", "restore", "no_fact", "has_fact"} & set(data):
        known = _decide(request, source, text)
        if request.headers.get("Accept") == "application/json":
            said = {"progress": coverage(source, text).in_words}
            return JsonResponse(said, status=200 if known else 400), []
        rejected = data.get("reject")
        cards = [one for one in posted(request, source, text) if one.prefix != rejected]
        return 200 if known else 400, cards
    return _save(request, source, text)


def _decide(request, source: Source, text: str) -> bool:
    """Keep a decision about a suggestion or sentence; return whether it exists."""
    data = request.POST
    if prefix := data.get("reject"):
        digest = data.get(f"{prefix}-rejection", "")
        if not DIGEST.fullmatch(digest):
            return False
        RejectedSuggestion.objects.get_or_create(
            source=source, digest=digest, defaults={"by": request.user}
        )
        return True
    if digest := data.get("restore"):
        return bool(RejectedSuggestion.objects.filter(source=source, digest=digest).delete()[0])
    return _mark_sentence(request, source, text)


@together()
def _mark_sentence(request, source: Source, text: str) -> bool:
    """Mark a sentence, given by its offset, as without a fact, or take the mark away; return
    whether there is such a sentence."""
    marks = "no_fact" in request.POST
    start = _number(request.POST["no_fact" if marks else "has_fact"])
    found = next((one for one in sentences(text) if one.start == start), None)
    if found is None:
        return False
    digest = text_digest(text[found.start : found.end])
    rows = SentenceWithoutFact.objects.filter(source=source, digest=digest)
    if marks:
        rows.get_or_create(source=source, digest=digest, defaults={"by": request.user})
    else:
        rows.delete()
    pages_changed()
    return True


def _save(request, source: Source, text: str) -> tuple[HttpResponse | int, list]:
    """Save the accepted cards and submit them, or show the page again with the cards and 400."""
    cards = posted(request, source, text)
    accepted = [one for one in cards if f"{one.prefix}-{ACCEPT}" in request.POST]
    if not accepted:
        messages.error(request, _("Accept at least one suggestion."))
        return 400, cards
    try:
        with together():
            # Of two pages that are sent at once, the second sees what the first has saved.
            SourceText.objects.select_for_update().get(source=source)
            rows = save_cards(request, accepted, submit="_submit" in request.POST)
    except Invalid:
        messages.error(request, _("Nothing was saved. Correct the suggestions marked below."))
        return 400, cards
    except IntegrityError:
        messages.error(request, DATABASE_REFUSED)
        return 400, cards
    words = ngettext("%d record saved as a draft.", "%d records saved as drafts.", len(rows))
    if "_submit" in request.POST:
        words = ngettext(
            "%d record submitted for review.", "%d records submitted for review.", len(rows)
        )
    messages.success(request, words % len(rows))
    return redirect(request.get_full_path()), []


def posted(request, source: Source, text: str) -> list:
    """The cards of a submitted page, bound to its data, in their order."""
    cards, named, kinds = [], {}, kinds_for(request.user)
    for prefix in list(dict.fromkeys(request.POST.getlist(CARD)))[:MOST_CARDS]:
        kind = prefix.partition("-")[0]
        if kind in kinds and PREFIX.fullmatch(prefix):
            one = CARDS[kind](request.POST, prefix=prefix, source=source, text=text, named=named)
            one.rejection = request.POST.get(f"{prefix}-rejection", "")
            cards.append(one)
    return cards


def _page(request, source: Source, text: str, cards: list, status: int) -> HttpResponse:
    found = coverage(source, text)
    spans = parts_of(found.sentences, text)
    number = min(max(_number(request.GET.get("part", "1")), 1), len(spans))
    part = Part.of(source, text, found.sentences, *spans[number - 1])
    kinds = kinds_for(request.user)
    for one in cards:
        if isinstance(one, RecordCard):
            one.offer_known()
    # What was submitted stays as it was, with its errors.
    shown = {one.prefix: one for one in (*part.cards(found, kinds), *cards)}
    rows = sorted(shown.values(), key=lambda one: int(one.prefix.split("-")[1]))
    context = {
        "title": _("Workbench: %s") % source,
        "source": source,
        "original": source,
        "text_digest": text_digest(text),
        "cards": [
            {
                "card": one,
                "kind": one.prefix.partition("-")[0],
                "accepted": f"{one.prefix}-{ACCEPT}" in request.POST,
            }
            for one in rows
        ],
        "paragraphs": list(part.paragraphs(found)),
        "progress": found.in_words,
        "number": number,
        "count": len(spans),
        "new_card": reverse("admin:workbench_card", args=[source.pk]),
        "names": names(part),
        "kinds": [(kind, CARDS[kind]._meta.model._meta.verbose_name) for kind in kinds],
    }
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
