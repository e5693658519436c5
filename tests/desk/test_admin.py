"""The admin as an editor uses it: adding, publishing, errors and searching."""

import re
from urllib.parse import quote

import pytest
from django.apps import apps
from django.contrib import admin
from lxml import html

from relations.models import Citation, Country, Event, Organization, Record, Relation, Visit
from sources.models import Passage, Source
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    OrganizationFactory,
    TopicFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
    indexed,
)
from tests.steps import publish
from trade.models import Commodity, Figure, Indicator, TradedGood
from treaties.models import Party, Treaty, TreatyAction

pytestmark = pytest.mark.django_db

EMPTY = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}


def formset(prefix, *rows):
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


@pytest.fixture
def source(base):
    return Source.objects.get(slug="a-historic-opportunity")


@pytest.fixture
def pair(base):
    return Relation.objects.with_countries().get()


def citation_row(source, **more):
    return {"source": source.pk, "locator": "p1s1", "stance": "supports"} | more


def event_form(pair, *citations, **values):
    return (
        {
            "title": "A new council",
            "relation": pair.pk,
            "event_type": "session",
            "date": "2024-05",
            "until": "",
        }
        | values
        | formset("citations", *citations)
        | formset("participations")
    )


def errors(response):
    """The messages of the form and its formsets, by field."""
    found = dict(response.context["adminform"].form.errors)
    for inline in response.context["inline_admin_formsets"]:
        for row in inline.formset.errors:
            found |= row
        if inline.formset.non_form_errors():
            found[inline.formset.prefix] = inline.formset.non_form_errors()
    return {name: [str(message) for message in messages] for name, messages in found.items()}


def test_a_published_event_is_on_the_timeline(admin_client, client, pair, source):
    response = admin_client.post(
        "/admin/relations/event/add/", event_form(pair, citation_row(source), _publish="1")
    )
    assert response.status_code == 302
    event = Event.objects.get(slug="a-new-council")
    assert (event.state, event.version, str(event.date)) == ("published", 1, "2024-05")
    assert event.revisions.get().author.username == "admin"
    assert "A new council" in client.get(f"{pair.get_absolute_url()}timeline/").content.decode()


def test_an_event_without_evidence_stays_a_draft_with_a_message(admin_client, client, pair):
    response = admin_client.post(
        "/admin/relations/event/add/", event_form(pair, _publish="1"), follow=True
    )
    event = Event.objects.get(slug="a-new-council")
    assert event.state == "draft"
    assert response.redirect_chain[-1][0] == f"/admin/relations/event/{event.pk}/change/"
    assert [str(message) for message in response.context["messages"]][-1] == (
        "“A new council” needs at least one citation that supports it. "
        "It is saved, but not published."
    )
    assert "A new council" not in client.get(f"{pair.get_absolute_url()}timeline/").content.decode()


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"date": "the other day"}, "date", "“the other day” is not a date in EDTF."),
        ({"date": "2024-02-30"}, "date", "February 2024 has no day 30."),
        ({"date": "2020/2021"}, "date", "“2020/2021” can mean: 2020 – 2021 (from 2020 until 2021)"),
        ({"date": "2020", "until": "2019"}, "until", "The end is before the start."),
        ({"date": ".."}, "date", "“..” (not ended) is only valid as an end date."),
        ({"title": ""}, "title", "This field is required."),
        ({"event_type": "party"}, "event_type", "Select a valid choice."),
    ],
)
def test_invalid_input_is_rejected_at_its_field_and_nothing_is_saved(
    admin_client, pair, source, values, field, message
):
    before = Record.objects.count()
    response = admin_client.post(
        "/admin/relations/event/add/", event_form(pair, citation_row(source), **values)
    )
    assert response.status_code == 200
    assert errors(response)[field][0].startswith(message)
    assert Record.objects.count() == before
    assert not Citation.objects.filter(locator="p1s1").exists()


def test_a_host_from_outside_the_pair_is_rejected_at_the_host(admin_client, pair, base):
    form = {
        "title": "A visit elsewhere",
        "relation": pair.pk,
        "host": Country.objects.get(slug="france").pk,
        "visit_type": "official",
        "rank": "minister",
        "date": "2024",
    }
    response = admin_client.post(
        "/admin/relations/visit/add/", form | formset("citations") | formset("participations")
    )
    assert errors(response) == {
        "host": ["France does not belong to the pair Azerbaijan–Kazakhstan."]
    }
    assert not Visit.objects.filter(title="A visit elsewhere").exists()


def test_a_treaty_is_published_with_its_parties_and_actions(admin_client, client, pair, source):
    form = {
        "title": "Agreement on rivers",
        "relation": pair.pk,
        "instrument": "agreement",
        "level": "intergovernmental",
        "binding": "yes",
        "date": "2001-04-05",
        "_publish": "1",
    }
    form |= formset("parties", {"country": pair.country_a_id}, {"country": pair.country_b_id})
    form |= formset(
        "actions",
        {
            "action_type": "signature",
            "date": "2001-04-05",
            "source": source.pk,
            "locator": "p1s1",
        },
    )
    form |= formset("citations", citation_row(source)) | formset("participations")
    form |= formset("links") | formset("texts")
    response = admin_client.post("/admin/treaties/treaty/add/", form)
    assert response.status_code == 302, errors(response)
    treaty = Treaty.objects.get(slug="agreement-on-rivers")
    action = treaty.actions.get()
    assert (treaty.state, action.state) == ("published", "published")
    assert action.slug == "agreement-on-rivers-signature"
    assert action.relation == pair
    assert [str(party) for party in treaty.parties.all()] == ["Azerbaijan", "Kazakhstan"]
    page = client.get("/treaties/agreement-on-rivers/").content.decode()
    assert f'id="{action.slug}"' in page


def treaty_form(pair, *actions, links=(), **values):
    return (
        {
            "title": "Agreement on rivers",
            "relation": pair.pk,
            "instrument": "agreement",
            "level": "unknown",
            "binding": "unclear",
            "date": "2001-04-05",
        }
        | values
        | formset("parties")
        | formset("actions", *actions)
        | formset("links", *links)
        | formset("texts")
        | formset("citations")
        | formset("participations")
    )


class TestTreaties:
    ADDRESS = "/admin/treaties/treaty/add/"

    def test_a_notice_is_revoked_by_the_party_that_gave_it(self, admin_client, pair):
        treaty = TreatyFactory(relation=pair, title="Agreement on rivers", date="2001-04-05")
        one, other = treaty.parties.all()
        notice = TreatyActionFactory(
            treaty=treaty, party=one, action_type="denunciation", date="2016-11-10"
        )
        row = {"record_ptr": notice.pk, "action_type": "denunciation", "date": "2016-11-10",
               "party": one.pk}  # fmt: skip
        back = {"action_type": "revocation", "date": "2017-02-10", "revokes": notice.pk}
        address = f"/admin/treaties/treaty/{treaty.pk}/change/"

        def post(party):
            form = treaty_form(pair, row, back | {"party": party.pk})
            return admin_client.post(address, form | {"actions-INITIAL_FORMS": 1})

        message = "Only the party that took this step can revoke it: choose the same party."
        assert message in post(other).content.decode()
        response = post(one)
        assert response.status_code == 302, errors(response)
        assert treaty.actions.get(action_type="revocation").revokes == notice

    @pytest.mark.parametrize(
        ("kind", "reason"),
        [
            ("signature", ""),
            ("withdrawal", "Only the party that took this step can revoke it"),
        ],
    )
    def test_one_of_many_revokes_its_part_in_a_signature_by_all(self, kind, reason):
        treaty = TreatyFactory(relation=None, title="Agreement on trade", date="2016-02-04")
        parties = [
            Party.objects.create(treaty=treaty, country=CountryFactory()) for _number in range(3)
        ]
        step = TreatyActionFactory(treaty=treaty, action_type=kind, date="2016-02-04")
        back = TreatyActionFactory.build(
            treaty=treaty,
            party=parties[0],
            action_type="revocation",
            date="2017-01-30",
            revokes=step,
        )
        assert back.cannot_revoke()[:48] == reason

    @pytest.mark.parametrize(
        ("kind", "revokes", "message"),
        [
            ("revocation", False, "A revocation needs the step that it revokes"),
            ("ratification", True, "no other action has one."),
        ],
    )
    def test_only_a_revocation_names_the_step_that_it_revokes(
        self, admin_client, pair, kind, revokes, message
    ):
        treaty = TreatyFactory(relation=pair, title="Agreement on rivers", date="2001-04-05")
        notice = TreatyActionFactory(treaty=treaty, action_type="denunciation", date="2016")
        row = {"record_ptr": notice.pk, "action_type": "denunciation", "date": "2016"}
        step = {"action_type": kind, "date": "2017", "revokes": notice.pk if revokes else ""}
        form = treaty_form(pair, row, step) | {"actions-INITIAL_FORMS": 1}
        response = admin_client.post(f"/admin/treaties/treaty/{treaty.pk}/change/", form)
        assert message in response.content.decode()

    def test_a_treaty_with_a_single_party_is_rejected(self, admin_client, pair):
        form = treaty_form(pair) | formset("parties", {"country": pair.country_a_id})
        response = admin_client.post(self.ADDRESS, form)
        assert "A treaty has two or more parties." in response.content.decode()
        twice = [{"country": pair.country_a_id}] * 2
        response = admin_client.post(self.ADDRESS, treaty_form(pair) | formset("parties", *twice))
        assert response.status_code == 200
        guarded = [
            {"country": pair.country_a_id},
            {"country": pair.country_b_id, "role": "witness"},
        ]
        response = admin_client.post(self.ADDRESS, treaty_form(pair) | formset("parties", *guarded))
        assert "A treaty has two or more parties." in response.content.decode()
        assert not Treaty.objects.filter(title="Agreement on rivers").exists()

    def test_an_impossible_order_in_one_source_is_rejected_at_the_later_step(
        self, admin_client, pair, source
    ):
        place = {"source": source.pk, "locator": "p1s1"}
        form = treaty_form(
            pair,
            {"action_type": "signature", "date": "2001-04-05"} | place,
            {"action_type": "ratification", "date": "2000"} | place,
        )
        response = admin_client.post(self.ADDRESS, form)
        assert errors(response)["date"] == [
            f"“{source}” gives an impossible order: ratification on 2000, before the "
            "signature on 5 April 2001."
        ]
        assert not Treaty.objects.filter(title="Agreement on rivers").exists()

    def test_a_third_party_is_rejected_unless_the_pair_is_blank(
        self, admin_client, client, pair, source
    ):
        france = Country.objects.get(slug="france")
        three = [{"country": pk} for pk in (pair.country_a_id, pair.country_b_id, france.pk)]
        form = treaty_form(
            pair, {"action_type": "signature", "date": "2001-04-05", "source": source.pk}
        )
        form |= formset("parties", *three) | formset("citations", citation_row(source))
        response = admin_client.post(self.ADDRESS, form)
        assert errors(response) == {
            "country": [
                "France does not belong to the pair Azerbaijan–Kazakhstan. If the treaty has more "
                "parties, leave its relation blank."
            ]
        }
        response = admin_client.post(self.ADDRESS, form | {"relation": "", "_publish": "1"})
        assert response.status_code == 302
        treaty = Treaty.objects.get(title="Agreement on rivers")
        assert treaty.state == "published"
        # Filed under a pair later, it is rejected at the party from outside the pair.
        page = f"/admin/treaties/treaty/{treaty.pk}/change/"
        (sent,) = html.fromstring(admin_client.get(page).content.decode()).xpath(
            "//form[@id='treaty_form']"
        )
        form = dict(sent.form_values()) | {"relation": str(pair.pk), "reason": "Why"}
        assert set(errors(admin_client.post(page, form))) == {"country"}
        for slug in ("azerbaijan-france", "azerbaijan-kazakhstan", "france-kazakhstan"):
            shown = client.get(f"/relations/{slug}/timeline/").content.decode()
            assert "Agreement on rivers" in shown, slug

    def test_an_impossible_order_across_two_sources_is_accepted(self, admin_client, pair, source):
        other = Source.objects.exclude(pk=source.pk).first()
        form = treaty_form(
            pair,
            {"action_type": "signature", "date": "2001-04-05", "source": source.pk},
            {"action_type": "ratification", "date": "2000", "source": other.pk},
        )
        assert admin_client.post(self.ADDRESS, form).status_code == 302

    @pytest.mark.parametrize(
        ("action", "field", "words"),
        [
            ({"action_type": "status_stated"}, "__all__", "“Status stated” needs the status"),
            ({"action_type": "signature", "page": "3"}, "__all__", "Only a registration has"),
            (
                {"action_type": "registration", "registration": "36510"},
                "registration",
                "Part and number as the United Nations writes them",
            ),
            (
                {"action_type": "denunciation", "effective": "1999"},
                "effective",
                "It cannot take effect before its own date.",
            ),
            ({"action_type": "signature", "date": "2001-02-30"}, "date", "has no day 30"),
        ],
    )
    def test_an_invalid_step_is_rejected_at_its_field(
        self, admin_client, pair, action, field, words
    ):
        form = treaty_form(pair, {"date": "2001-04-05"} | action)
        assert words in errors(admin_client.post(self.ADDRESS, form))[field][0]
        assert not Treaty.objects.filter(title="Agreement on rivers").exists()

    def test_the_form_derives_the_status_from_all_steps_including_drafts(self, admin_client, base):
        treaty = Treaty.objects.get(slug="migration-agreement-2019")
        page = admin_client.get(f"/admin/treaties/treaty/{treaty.pk}/change/").content.decode()
        assert "<div>signed, entry into force unknown: 14 October 2019 ·" in page
        TreatyActionFactory(treaty=treaty, action_type="entry_into_force", date="2022-03")
        page = admin_client.get(f"/admin/treaties/treaty/{treaty.pk}/change/").content.decode()
        assert "<div>in force: March 2022 · A treaty is in force from the day" in page

    def test_a_circular_link_is_rejected_at_its_field(self, admin_client, pair, source):
        pact = Treaty.objects.get(slug="foundations-of-relations-1996")
        later = Treaty.objects.get(slug="strategic-partnership-agreement-2005")
        TreatyLinkFactory(treaty=later, target=pact, source=source)
        link = {"link_type": "implements", "target": later.pk, "source": source.pk}
        form = treaty_form(pair, links=[link], title=pact.title, instrument="treaty")
        response = admin_client.post(f"/admin/treaties/treaty/{pact.pk}/change/", form)
        assert "would be circular" in errors(response)["target"][0]
        assert not pact.links.exists()

    def test_changing_a_published_step_changes_the_status_at_once(self, admin_client, client, base):
        action = TreatyAction.objects.get(slug="foundations-of-relations-1996-entry-into-force")
        form = {
            "treaty": action.treaty_id,
            "action_type": "entry_into_force",
            "date": "1999-02-01",
            "effective": "1999-02-01",
            "reason": "The gazette says so",
        }
        form |= formset("participations") | formset("citations")
        citation = action.citations.get()
        form |= {
            "citations-TOTAL_FORMS": 1,
            "citations-INITIAL_FORMS": 1,
            "citations-0-id": citation.pk,
            "citations-0-record": action.pk,
            "citations-0-source": citation.source_id,
            "citations-0-locator": citation.locator,
            "citations-0-stance": "supports",
        }
        response = admin_client.post(f"/admin/treaties/treatyaction/{action.pk}/change/", form)
        assert response.status_code == 302, errors(response)
        page = client.get("/treaties/foundations-of-relations-1996/?on=1999-01-30")
        assert "signed, not in force" in page.content.decode()


def test_a_treaty_with_an_action_without_evidence_stays_a_draft(admin_client, pair, source):
    form = {
        "title": "Agreement on lakes",
        "relation": pair.pk,
        "instrument": "agreement",
        "level": "unknown",
        "binding": "unclear",
        "_publish": "1",
    }
    form |= formset("parties") | formset("actions", {"action_type": "signature", "date": "2001"})
    form |= formset("citations", citation_row(source)) | formset("participations")
    form |= formset("links") | formset("texts")
    response = admin_client.post("/admin/treaties/treaty/add/", form, follow=True)
    treaty = Treaty.objects.get(slug="agreement-on-lakes")
    assert (treaty.state, treaty.actions.get().state) == ("draft", "draft")
    assert "“Agreement on lakes: signature” needs at least one citation" in str(
        list(response.context["messages"])[-1]
    )


def figure_form(pair, cited_source, indicator, **values):
    return {
        "indicator": indicator.pk,
        "from_country": pair.country_a_id,
        "to_country": pair.country_b_id,
        "period": "2022",
        "value": "461.9 million",
        "unit": "USD",
        "valuation": "not_stated",
        "basis": "reported",
        "status": "not_stated",
        "source": cited_source.pk,
        "locator": "p1",
        "_publish": "1",
    } | values


@pytest.fixture
def turnover(base):
    return Figure.objects.get(slug="trade-turnover-2023-historic-opportunity").indicator


def test_a_figure_is_published_with_its_source(admin_client, client, pair, source, turnover):
    response = admin_client.post("/admin/trade/figure/add/", figure_form(pair, source, turnover))
    assert response.status_code == 302, errors(response)
    assert (
        "461.9 million US dollars" in client.get("/trade/azerbaijan-kazakhstan/").content.decode()
    )


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"unit": ""}, "unit", "Choose the unit, or name it in the amount."),
        (
            {"unit": "XYZ"},
            "unit",
            "Select a valid choice. XYZ is not one of the available choices.",
        ),
        ({"value": ""}, "value", "This field is required."),
        (
            {"value": "1234567890123456"},
            "value",
            "At most 15 significant digits can be stored exactly.",
        ),
        ({"value": "-5"}, "value", "This indicator is never negative."),
        ({"value": ";"}, "value", "Write the number in digits."),
        ({"value": "NaN"}, "value", "Write the number in digits."),
        ({"period": ""}, "period", "This field is required."),
        ({"period": "2022-13"}, "period", "There is no month 13."),
        ({"source": ""}, "source", "This field is required."),
        ({"inferred": "on"}, "note", "Say how the value was inferred."),
    ],
)
def test_an_invalid_figure_is_rejected_at_its_field(
    admin_client, pair, source, turnover, values, field, message
):
    before = Figure.objects.count()
    response = admin_client.post(
        "/admin/trade/figure/add/", figure_form(pair, source, turnover, **values)
    )
    assert response.status_code == 200
    assert errors(response)[field] == [message]
    assert Figure.objects.count() == before


@pytest.mark.parametrize(
    ("change", "refused"), [({}, False), ({"citations-1-DELETE": "on"}, True),
                            ({"citations-1-stance": "mentions"}, True)],
)  # fmt: skip
def test_a_published_record_keeps_the_support_of_each_key_field(
    admin_client, pair, change, refused
):
    event = EventFactory(relation=pair, date="1992")
    cited = [CitationFactory(record=event, field=name) for name in ("title", "date", "event_type")]
    publish(event)
    values = {"title": event.title, "slug": event.slug, "date": "1992", "event_type": "meeting"}
    form = event_form(pair, reason="Another source", **values)
    form |= {"citations-TOTAL_FORMS": 3, "citations-INITIAL_FORMS": 3}
    for number, citation in enumerate(cited):
        values = {name: getattr(citation, name) for name in ("locator", "stance", "field")}
        values |= {"id": citation.pk, "record": event.pk, "source": citation.source_id}
        form |= {f"citations-{number}-{name}": value for name, value in values.items()}
    response = admin_client.post(f"/admin/relations/event/{event.pk}/change/", form | change)
    assert response.status_code == (200 if refused else 302)
    if refused:
        assert errors(response)["citations"] == [f"“{event.title}”: no citation supports date."]
    assert event.citations.filter(field="date", stance="supports").exists()


def test_the_last_support_of_a_published_record_cannot_be_removed(admin_client, pair):
    event = EventFactory(relation=pair, published=True)
    citation = event.citations.get()
    form = event_form(pair, title=event.title, slug=event.slug, reason="None") | {
        "citations-TOTAL_FORMS": 1,
        "citations-INITIAL_FORMS": 1,
        "citations-0-id": citation.pk,
        "citations-0-record": event.pk,
        "citations-0-source": citation.source_id,
        "citations-0-stance": "supports",
        "citations-0-DELETE": "on",
    }
    response = admin_client.post(f"/admin/relations/event/{event.pk}/change/", form)
    assert errors(response) == {
        "citations": ["A published record needs at least one citation that supports it."]
    }
    assert event.citations.count() == 1


def test_publishing_a_change_makes_a_revision_with_the_reason(admin_client, pair):
    event = EventFactory(relation=pair, published=True)
    citation = event.citations.get()
    form = event_form(pair, title="Renamed", reason="The title was wrong.", _publish="1") | {
        "citations-TOTAL_FORMS": 1,
        "citations-INITIAL_FORMS": 1,
        "citations-0-id": citation.pk,
        "citations-0-record": event.pk,
        "citations-0-source": citation.source_id,
        "citations-0-locator": citation.locator,
        "citations-0-stance": "supports",
    }
    response = admin_client.post(f"/admin/relations/event/{event.pk}/change/", form)
    assert response.status_code == 302
    event.refresh_from_db()
    assert (event.title, event.state, event.version) == ("Renamed", "published", 2)
    newest = event.revisions.first()
    assert (newest.number, newest.reason) == (2, "The title was wrong.")
    assert newest.snapshot["record"]["title"] == "Renamed"


def test_a_published_record_cannot_be_deleted(admin_client, pair):
    event = EventFactory(relation=pair, published=True)
    assert admin_client.post(f"/admin/relations/event/{event.pk}/delete/").status_code == 403


@pytest.mark.parametrize(
    ("model", "key"),
    [
        (Source, {"slug": "a-historic-opportunity"}),
        (Passage, {"source__slug": "a-historic-opportunity"}),
        (Country, {"slug": "kazakhstan"}),
        (Indicator, {"figures__isnull": False}),
        (Commodity, {"pk__in": TradedGood.objects.values("commodity")}),
    ],
)
def test_a_row_in_use_cannot_be_deleted(admin_client, base, model, key):
    row = model.objects.filter(**key).first()
    meta = model._meta
    response = admin_client.post(
        f"/admin/{meta.app_label}/{meta.model_name}/{row.pk}/delete/", {"post": "yes"}
    )
    assert response.status_code == 403
    assert "Your account is not allowed to do this" in response.content.decode()
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    ("address", "query", "slug"),
    [
        ("/admin/relations/country/", "КАЗАХСТАН", "kazakhstan"),
        ("/admin/relations/country/", "azərbaycan", "azerbaijan"),
        ("/admin/relations/organization/", "türk dövlətləri", "organization-of-turkic-states"),
        ("/admin/relations/event/", "ДОГОВОР о дружбе", "russian-title"),
    ],
)
def test_search_works_in_cyrillic_and_azerbaijani(admin_client, pair, address, query, slug):
    indexed(EventFactory(relation=pair, title="Договор о дружбе", slug="russian-title"))
    indexed(OrganizationFactory(name="Nothing of the kind"))
    found = admin_client.get(address, {"q": query}).context["cl"].result_list
    assert [row.slug for row in found] == [slug]


# fmt: off
SEARCHED = [
    "relations/event", "relations/country", "relations/topic", "relations/disagreement",
    "trade/figure", "trade/indicator", "trade/commodity", "sources/source", "sources/passage",
    "auth/user", "auth/group", "axes/accessattempt",
]
# fmt: on


@pytest.mark.parametrize("model", SEARCHED)
def test_a_search_with_very_many_words_answers(admin_client, model):
    words = " ".join(f"word{number}" for number in range(1100))
    assert admin_client.get(f"/admin/{model}/", {"q": words}).status_code == 200


def test_a_search_uses_the_first_twenty_words(admin_client, pair):
    twenty = " ".join(f"word{number}" for number in range(20))
    indexed(
        EventFactory(relation=pair, title=twenty, slug="twenty"),
        EventFactory(relation=pair, title=twenty.removesuffix(" word19"), slug="fewer"),
    )
    page = admin_client.get("/admin/relations/event/", {"q": f"{twenty} {'further ' * 1100}"})
    assert [row.slug for row in page.context["cl"].result_list] == ["twenty"]
    asked = {"app_label": "relations", "model_name": "event", "field_name": "anniversary_of"}
    found = admin_client.get(
        "/admin/autocomplete/", asked | {"term": f"{twenty} {'further ' * 1100}"}
    )
    assert [row["text"] for row in found.json()["results"]] == [twenty]


def test_lists_of_the_desk_find_steps_by_the_topics_of_their_treaty(admin_client):
    rivers = TopicFactory(slug="rivers")
    step = TreatyActionFactory()
    step.treaty.topics.add(rivers)
    TreatyActionFactory()
    EventFactory()

    def found(model, topic):
        response = admin_client.get(f"/admin/{model}/?topic={topic}")
        return {row.slug for row in response.context["cl"].result_list}

    assert found("treaties/treatyaction", "rivers") == {step.slug}
    assert found("treaties/treaty", "rivers") == {step.treaty.slug}
    assert found("relations/record", "rivers") == {step.slug, step.treaty.slug}
    assert found("relations/event", "rivers") == found("relations/record", "none") == set()


def test_a_pair_can_be_added_in_either_order(admin_client, base):
    admin_client.post(
        "/admin/relations/relation/add/",
        {
            "country_a": Country.objects.get(slug="kazakhstan").pk,
            "country_b": Country.objects.get(slug="france").pk,
        },
    )
    assert Relation.objects.filter(slug="france-kazakhstan").exists()


def test_a_title_without_latin_letters_still_gets_an_identifier(admin_client, pair):
    admin_client.post("/admin/relations/event/add/", event_form(pair, title="Договор"))
    assert Event.objects.get(title="Договор").slug == "record"


# fmt: off
MODELS = [
    "relations/event", "relations/visit", "relations/membership", "relations/mission",
    "relations/office", "relations/country", "relations/relation", "relations/person",
    "relations/organization", "relations/topic", "relations/record", "sources/source",
    "sources/passage", "treaties/treaty", "treaties/treatyaction", "trade/figure",
    "trade/tradedgood", "trade/indicator", "trade/commodity",
]
# fmt: on


@pytest.mark.parametrize("model", MODELS)
def test_every_list_and_form_of_the_admin_opens(admin_client, base, model):
    listing = admin_client.get(f"/admin/{model}/", {"q": "a"})
    assert listing.status_code == 200
    row = listing.context["cl"].queryset.first()
    if row:
        assert admin_client.get(f"/admin/{model}/{row.pk}/change/").status_code == 200


def test_the_admin_lists_all_organizations(admin_client, base):
    count = admin_client.get("/admin/relations/organization/").context["cl"].result_count
    assert count == Organization.objects.count()


# Nobody adds the first two; a topic accepts any text.
UNFIT = {"relations/record", "treaties/treatyaction", "relations/topic"}
NO_KEYS = ["9" * 19, "9" * 30, "-1", "²", "x\0y"]


@pytest.fixture(scope="module")
def fields():
    """The field names of a model's add form, by its page: fetched once for all keys."""
    found = {}

    def of(client, page):
        if page not in found:
            answer = client.get(page)
            found[page] = set(re.findall(r' name="([^"_][^"]*)"', answer.content.decode()))
        return found[page]

    return of


@pytest.mark.parametrize("key", NO_KEYS)
@pytest.mark.parametrize("model", sorted({*MODELS, "auth/user"} - UNFIT))
def test_a_form_with_invalid_values_everywhere_is_shown_again(
    admin_client, base, fields, model, key
):
    page = f"/admin/{model}/add/"
    found = fields(admin_client, page)
    sent = {
        name: key for name in found if name != "csrfmiddlewaretoken" and "__prefix__" not in name
    }
    sent |= {name: "1" for name in sent if name.endswith("TOTAL_FORMS")}
    sent |= {name: "0" for name in sent if name.endswith("INITIAL_FORMS")}
    before = apps.get_model(model.replace("/", ".")).objects.count()
    assert admin_client.post(page, sent).status_code == 200
    assert apps.get_model(model.replace("/", ".")).objects.count() == before


@pytest.mark.parametrize("key", NO_KEYS)
def test_impossible_primary_keys_are_rejected(admin_client, pair, key):
    event = EventFactory(relation=pair)
    for page, answer in (("change", 302), ("delete", 302), ("history", 404), ("preview", 404)):
        address = f"/admin/relations/event/{quote(key)}/{page}/"
        assert admin_client.get(address).status_code == answer
    assert admin_client.get(f"/admin/sources/source/{'9' * 30}/text/").status_code == 404
    selected = {"action": "submit_selected", "_selected_action": [event.pk, key]}
    assert admin_client.post("/admin/relations/event/", selected).status_code == 400
    event.refresh_from_db()
    assert event.state == "draft"


def test_no_form_has_two_fields_of_the_same_label(admin_client):
    forms = 0
    for model in admin.site._registry:
        response = admin_client.get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/")
        if response.status_code != 200:
            continue
        form = response.context["adminform"].form
        labels = [str(field.label).lower() for field in form.visible_fields()]
        assert [label for label in {*labels} if labels.count(label) > 1] == [], model
        forms += 1
    assert forms > 10
