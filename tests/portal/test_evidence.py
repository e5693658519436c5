"""Evidence as readers see it: no leaks of drafts or restricted texts, gaps, and error reports."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.urls import get_resolver
from lxml import html

from core.dates import today
from portal.dossier import dossier
from relations.models import Citation, ErrorReport, Relation
from relations.publication import revise
from sources.models import Source, SourceText
from tests.factories import (
    CitationFactory,
    EventFactory,
    FigureFactory,
    IndicatorFactory,
    MembershipFactory,
    OrganizationFactory,
    RelationFactory,
    SourceFactory,
    TradedGoodFactory,
    TreatyActionFactory,
    TreatyFactory,
    VisitFactory,
)
from tests.steps import publish
from trade.models import Figure, Indicator
from treaties.models import Treaty

pytestmark = pytest.mark.django_db

SECRET, DRAFT = "zebrafinch", "wolverine"


def body(response) -> str:
    content = response.getvalue() if response.streaming else response.content
    if not content.startswith(b"PK"):
        return content.decode()
    # An Excel workbook is an archive of XML files.
    with ZipFile(BytesIO(content)) as workbook:
        return "".join(workbook.read(name).decode() for name in workbook.namelist())


@pytest.fixture(scope="module")
def planted_secrets(base, module_database):
    """A restricted source with its text attached, and drafts of every kind that cite it."""
    pair = Relation.objects.with_countries().get()
    source = Source.objects.get(slug="a-historic-opportunity")
    SourceText.objects.create(source=source, text=f"All of the {SECRET} text.")
    event = EventFactory(relation=pair, title=f"{DRAFT} event", slug="draft-event")
    VisitFactory(relation=pair, title=f"{DRAFT} visit", slug="draft-visit")
    treaty = TreatyFactory(relation=pair, title=f"{DRAFT} treaty", slug="draft-treaty")
    TreatyActionFactory(treaty=treaty, slug="draft-action")
    shown = Treaty.objects.get(slug="strategic-partnership-agreement-2005")
    TreatyActionFactory(treaty=shown, slug="second-draft-action", place=f"{DRAFT} place")
    # So that its log of corrections could show the draft.
    revise(shown, reason="Looked through")
    CitationFactory(record=event, source=source, locator="p1s1", note=f"{DRAFT} note")
    figure = {
        "from_country": pair.country_a,
        "to_country": pair.country_b,
        "source": source,
        "note": f"{DRAFT} figure",
    }
    # Indicators have no drafts: the search and the filter of figures show all of them.
    indicator = IndicatorFactory(slug="draft-indicator")
    FigureFactory(slug="draft-figure", indicator=indicator, **figure)
    reports = {"reporter_country": pair.country_b, "period": "1987", "value": 1_000_000_987}
    exports = Indicator.objects.get(slug="exports")
    sides = {"from_country": pair.country_b, "to_country": pair.country_a}
    FigureFactory(indicator=exports, note=f"{DRAFT} exports", **sides, **reports)
    TradedGoodFactory(slug="draft-good", name=f"{DRAFT} goods", **figure)
    return pair


def public_addresses() -> list[str]:
    """Every public route of the site, filled with identifiers from the fixtures."""
    slugs = {
        "relations": "azerbaijan-kazakhstan",
        "trade": "azerbaijan-kazakhstan",
        "countries": "azerbaijan",
        "organizations": "osce",
        "people": "ilham-aliyev",
        "visits": "tokayev-visit-azerbaijan-2024-03",
        "events": "supreme-interstate-council-1",
        "memberships": "azerbaijan-in-osce",
        "missions": "embassy-of-kazakhstan-in-azerbaijan",
        "offices": "ilham-aliyev-president",
        "treaties": "strategic-partnership-agreement-2005",
        "actions": "strategic-partnership-agreement-2005-signature",
        "sources": "a-historic-opportunity",
        "figures": "trade-turnover-2023-historic-opportunity",
        "partners": "kazakhstan",
        "report": "supreme-interstate-council-1",
        "changes": "strategic-partnership-agreement-2005",
        "topics": "political",
        "indicators": "trade-turnover",
        "commodities": "HS2022:0808",
        "traded-goods": "azerbaijan-sells-propylene-polymers",
        "passages": "a-historic-opportunity:p1s4",
        "disagreements": "anniversary:diplomatic-relations-azerbaijan-kazakhstan:30",
    }
    found = []
    for entry in get_resolver().url_patterns:
        if str(entry.pattern) == "admin/":
            continue
        for route in entry.url_patterns:
            text = str(route.pattern)
            text = text.replace("<str:id>", "<slug:slug>").replace("<path:id>", "<slug:slug>")
            parts = text.split("<slug:slug>")[0].strip("/").split("/")
            text = text.replace("<slug:key>", "turnover-usd").replace("<slug:form>", "csv")
            text = text.replace("<slug:section>-<int:number>", "records-1")
            text = text.replace("pictures/turnover-usd", "pictures/visits")
            slug = slugs.get(parts[-1], "")
            # The style guide is only for developers; tests/portal/test_home.py.
            # Only files of open sources are public; tests/sources/test_files.py.
            # It needs a setting, and the icon is no text; tests/portal/test_site_files.py.
            # oEmbed needs an address; tests/portal/test_embedding.py.
            other = ("styleguide/", ".well-known/security.txt", "favicon.ico", "oembed")
            # Those of the data package exist once it is made; tests/open_data/test_downloads.py.
            if not text.endswith(("/file", "<path:path>")) and text not in other:
                found.append("/" + text.replace("<slug:slug>", slug))
    return found


def test_no_route_shows_a_restricted_text_or_a_draft(client, planted_secrets):
    addresses = public_addresses()
    assert len(addresses) > 45
    for address in addresses:
        for query in ("", f"?q={DRAFT}", f"?q={SECRET}"):
            response = client.get(address + query, follow=True)
            text = body(response)
            refused = query and re.search("This (file|call) has no (filter “q”|such param)", text)
            assert refused or response.status_code == 200, address
            text = re.sub(f"q(=|%3D)({DRAFT}|{SECRET})", "", text)
            text = text.replace(f'value="{DRAFT}"', "").replace(f'value="{SECRET}"', "")
            # A timeline and the search page repeat the text in words.
            for repeated in ("Text: {}", "Search: {}", "“{}”", '["{}"'):
                text = text.replace(repeated.format(DRAFT), "").replace(repeated.format(SECRET), "")
            assert DRAFT not in text, address
            assert SECRET not in text, address
            # A draft of exports in 1987, on every page, chart or ranking that sums them.
            # The names of currencies have years.
            named = address.startswith(("/data/columns", "/api/v1/openapi"))
            assert named or not re.search(r"\b1987\b", text), address


@pytest.mark.parametrize(
    "address",
    [
        "/events/draft-event/",
        "/events/draft-event.json",
        "/visits/draft-visit/",
        "/treaties/draft-treaty/",
        "/treaties/draft-treaty.json",
        "/actions/draft-action/",
        "/actions/draft-action.json",
        "/report/draft-event/",
        "/report/figures/draft-figure/",
        "/trade/figures/draft-figure/",
        "/trade/figures/draft-figure.json",
        "/trade/azerbaijan-kazakhstan/charts/draft-indicator-usd.svg",
    ],
)
def test_a_draft_is_a_404(client, planted_secrets, address):
    assert client.get(address).status_code == 404


def test_the_leak_test_detects_published_secrets(client, planted_secrets):
    """The leak test can fail: the same text and records appear once they are open and public."""
    Source.objects.filter(slug="a-historic-opportunity").update(rights="public_domain")
    assert SECRET in body(client.get("/sources/a-historic-opportunity/"))
    publish(Citation.objects.get(note=f"{DRAFT} note").record.event)
    assert DRAFT in body(client.get("/events/"))
    publish(Figure.objects.filter(slug="draft-figure"))
    assert "draft-indicator" in body(client.get("/trade/azerbaijan-kazakhstan/"))
    assert DRAFT in body(client.get("/trade/figures/draft-figure/"))
    assert (
        client.get("/trade/azerbaijan-kazakhstan/charts/draft-indicator-usd.svg").status_code == 200
    )


def test_a_public_record_does_not_name_the_draft_it_refers_to(client, planted_secrets):
    draft = planted_secrets.records.get(slug="draft-event").event
    EventFactory(
        relation=planted_secrets, slug="shown", anniversary_of=draft, anniversary=5, published=True
    )
    action = TreatyActionFactory(slug="shown-action", occasion=draft, published=True)
    CitationFactory(record=action.treaty)
    publish(action.treaty)
    for address in (
        "/events/shown/",
        "/events/shown.json",
        "/actions/shown-action.json",
        action.treaty.get_absolute_url(),
    ):
        text = body(client.get(address))
        assert DRAFT not in text, address
        assert "draft-event" not in text, address


def test_a_pair_with_only_drafts_is_not_listed(client, base):
    event = EventFactory(relation=RelationFactory(country_a__name_en="Ruritania"))
    country = event.relation.country_b
    for address in ("/", "/relations/", "/relations.json", "/trade/", country.get_absolute_url()):
        text = body(client.get(address))
        assert f'href="{event.relation.get_absolute_url()}"' not in text, address
        assert f'"{event.relation.slug}"' not in text, address


def test_drafts_are_not_counted(client, planted_secrets):
    context = client.get("/relations/azerbaijan-kazakhstan/").context
    assert (context["counts"].total, context["visits"].total) == (13, 4)
    home = client.get("/").context
    assert home["relations"][0].entries == 53
    assert home["state"].figures == 40


def test_an_open_text_is_shown_in_full_with_its_passages_marked(client):
    source = SourceFactory(slug="gazette", rights="public_domain")
    SourceText.objects.create(source=source, text="First words.\n\nThe fact stands here.")
    passage = source.passages.create(
        locator="p2s1", start=18, end=22, quote="fact", anchoring="matches"
    )
    event = EventFactory()
    CitationFactory(record=event, source=source, passage=passage)
    publish(event)
    page = body(client.get("/sources/gazette/"))
    assert '<p id="paragraph-1" dir="auto">First words.</p>' in page
    assert (
        '<p id="paragraph-2" dir="auto">The <span id="p2s1"></span>'
        '<a class="cited" href="#rests-on-p2s1">'
        "<mark>fact</mark></a> stands here.</p>"
    ) in page
    assert 'id="rests-on-p2s1"' in page
    assert event.get_absolute_url() in page


def test_a_restricted_source_shows_a_synopsis_with_the_same_anchors(client, base):
    response = client.get("/sources/a-historic-opportunity/")
    page = body(response)
    assert [part.paragraph for part, _passages in response.context["synopsis"]] == list(range(1, 8))
    assert "The legal base: an agreement of 2005" in page
    for passage in response.context["passages"]:
        assert page.count(f'id="{passage.locator}"') == 1


class TestGaps:
    def gaps(self, client):
        found = client.get("/relations/azerbaijan-kazakhstan/").context["gaps"]
        return {gap.kind: [str(item) for item in gap.items] or gap.count for gap in found}

    def test_gaps_are_derived_from_the_loaded_rows(self, client, base):
        gaps = self.gaps(client)
        assert gaps["entry_into_force"] == 11
        assert gaps["years"] == ["1996–2004", "2006–14", "2017–18", "2020–21"]
        assert gaps["one_sided"] == ["2019", "2022"]
        assert gaps["unidentified"] == ["UTG"]

    def test_treaties_without_a_known_entry_into_force_are_counted_with_a_link_to_their_list(
        self, client, base
    ):
        page = html.fromstring(body(client.get("/relations/azerbaijan-kazakhstan/")))
        (term,) = page.xpath("//dt[starts-with(., '11 treaties whose entry into force')]")
        assert term.getnext().xpath("a/@href") == ["#treaties"]
        listed = page.xpath("//section[h2/@id='treaties']//ul[@class='ledger']/li/span/a[1]/text()")
        assert len(listed) == 11
        assert "[Agreement on migration]" in listed

    def test_the_first_gaps_are_named_and_the_others_counted(self, client, base):
        pair = Relation.objects.get(slug="azerbaijan-kazakhstan")
        for _number in range(30):
            shared = OrganizationFactory(identified=False)
            for country in (pair.country_a, pair.country_b):
                MembershipFactory(organization=shared, member=country, published=True)
        gaps = dossier(pair, today())["gaps"]
        (gap,) = (gap for gap in gaps if gap.kind == "unidentified")
        assert (gap.count, len(gap.items), gap.more) == (31, 25, 6)
        assert "and 6 more" in client.get(pair.get_absolute_url()).content.decode()

    def test_adding_the_missing_record_closes_a_gap(self, client, base):
        treaty = Treaty.objects.get(slug="migration-agreement-2019")
        TreatyActionFactory(
            treaty=treaty, action_type="entry_into_force", date="2021", published=True
        )
        assert self.gaps(client)["entry_into_force"] == 10

    def test_an_unshared_organization_is_not_a_gap(self, client, base):
        OrganizationFactory(name="Elsewhere", identified=False)
        assert self.gaps(client)["unidentified"] == ["UTG"]


class TestReports:
    ADDRESS = "/report/supreme-interstate-council-1/"

    @pytest.fixture(autouse=True)
    def reset_report_limit(self):
        cache.clear()

    def test_a_report_reaches_the_editors_without_personal_data(self, client, admin_client, base):
        response = client.post(self.ADDRESS, {"message": "It was the second meeting."})
        assert "Thank you" in body(response)
        report = ErrorReport.objects.get()
        assert report.record.slug == "supreme-interstate-council-1"
        assert {field.name for field in ErrorReport._meta.get_fields()} == {
            *("id", "record", "address", "message", "at", "state", "note")
        }
        assert "It was the second meeting." in body(
            admin_client.get("/admin/relations/errorreport/")
        )

    def test_a_figure_can_be_reported(self, client, base):
        slug = "trade-turnover-2023-historic-opportunity"
        client.post(f"/report/figures/{slug}/", {"message": "Another number."})
        assert ErrorReport.objects.get().address == f"/trade/figures/{slug}/"

    def test_an_empty_or_overlong_report_is_rejected_at_its_field(self, client, base):
        for message in ("", "x" * 2001, "nul\0"):
            response = client.post(self.ADDRESS, {"message": message})
            assert response.status_code == 400
            assert response.context["form"].errors["message"]
        assert not ErrorReport.objects.exists()

    def test_a_reader_can_send_at_most_five_reports_an_hour(self, client, base):
        for number in range(5):
            assert client.post(self.ADDRESS, {"message": str(number)}).status_code == 200
        refused = client.post(self.ADDRESS, {"message": "once more"})
        assert refused.status_code == 429
        assert "Please try again later" in body(refused)
        other = client.post(self.ADDRESS, {"message": "me too"}, REMOTE_ADDR="10.1.2.3")
        assert other.status_code == 200
        assert ErrorReport.objects.count() == 6
