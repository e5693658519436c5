"""Merging: what moves, what stays, what is rejected, and where the former addresses redirect."""

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError

from relations.decisions import decide
from relations.merging import MergeRefused, merge
from relations.models import (
    Disagreement,
    ErrorReport,
    Event,
    FormerAddress,
    Office,
    Organization,
    Participation,
    Person,
    Record,
)
from relations.publication import update_derived
from tests.conftest import signed_in
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    FigureFactory,
    MembershipFactory,
    OfficeFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TopicFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
    TreatyTextFactory,
    UserFactory,
    VisitFactory,
)
from treaties.models import Party, Treaty, TreatyPeriod
from treaties.models.treaty import outdated_periods

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return RelationFactory()


@pytest.fixture
def two(pair):
    """Two published events of one pair."""
    return [EventFactory(relation=pair, slug=slug, published=True) for slug in ("one", "two")]


def fresh(row):
    return type(row).objects.get(pk=row.pk)


class TestRecords:
    def test_merging_moves_all_references(self, two):
        one, other = two
        topic, person = TopicFactory(), PersonFactory()
        other.topics.add(topic)
        part = ParticipationFactory(record=other, person=person)
        cited = other.citations.get()
        report = ErrorReport.objects.create(record=other, address="/events/two/")
        action = TreatyActionFactory(occasion=other)
        marked = EventFactory(anniversary_of=other, anniversary=30)
        merge(one, other, reason="The same day")
        assert list(one.topics.all()) == [topic]
        assert {fresh(row).record_id for row in (part, cited, report)} == {one.pk}
        assert fresh(action).occasion_id == fresh(marked).anniversary_of_id == one.pk

    def test_a_topic_of_both_records_stays_once(self, two):
        one, other = two
        topics = [TopicFactory(), TopicFactory()]
        one.topics.add(topics[0])
        other.topics.set(topics)
        merge(one, other)
        assert set(one.topics.all()) == set(topics)

    def test_both_records_keep_their_history_and_one_is_withdrawn(self, two, admin_user):
        one, other = two
        merge(one, other, admin_user, "The same day")
        one, other = fresh(one), fresh(other)
        assert [(row.state, row.version) for row in (one, other)] == [
            ("published", 2),
            ("withdrawn", 2),
        ]
        for row in (one, other):
            revision = row.revisions.first()
            assert (revision.author, revision.reason) == (admin_user, "The same day")
        assert len(one.revisions.first().snapshot["citations"]) == 2

    def test_exact_duplicates_fill_blank_fields_and_stay_behind(self, two):
        one, other = two
        source = SourceFactory()
        mine = CitationFactory(record=one, source=source, locator="p1")
        double = CitationFactory(record=other, source=source, locator="p1", note="In the margin")
        merge(one, other)
        assert fresh(mine).note == "In the margin"
        assert list(other.citations.all()) == [double]
        assert one.citations.count() == 3

    def test_records_changed_by_a_merge_get_a_new_version(self, two):
        one, other = two
        marked = EventFactory(anniversary_of=other, anniversary=30, published=True)
        merge(one, other, reason="The same")
        assert fresh(marked).version == 2
        assert marked.revisions.first().snapshot["record"]["anniversary_of"] == ["one"]

    def test_a_decision_moves_with_its_disagreement(self, two, admin_user):
        one, other = two
        CitationFactory(record=other, field="date", stance="contradicts", as_stated="1 May")
        update_derived([other])
        found = Disagreement.objects.get()
        decide(found, found.members[0]["id"], "The protocol says so", admin_user)
        merge(one, other)
        found = Disagreement.objects.present().get()
        assert (found.key, found.record_id) == ("contradiction:one:date", one.pk)
        assert found.reason == "The protocol says so"

    def test_drafts_can_be_merged(self, pair):
        one, other = EventFactory.create_batch(2, relation=pair)
        CitationFactory(record=other)
        merge(one, other)
        assert (fresh(one).state, one.citations.count()) == ("draft", 1)


class TestTreaties:
    @pytest.fixture
    def treaties(self, pair):
        return [
            TreatyFactory(relation=pair, slug=slug, date="2001-04-05", published=True)
            for slug in ("one", "two")
        ]

    def test_merging_moves_parties_actions_links_and_texts_without_duplicates(self, treaties):
        one, other = treaties
        third = PartyFactory(treaty=other, organization=OrganizationFactory())
        shared = other.parties.first()
        signed = [
            TreatyActionFactory(treaty=treaty, slug=f"{treaty.slug}-signed", published=True,
                                date="2001-04-05")
            for treaty in treaties
        ]  # fmt: skip
        ratified = TreatyActionFactory(
            treaty=other, action_type="ratification", date="2002", party=shared, published=True
        )
        link, link_in = TreatyLinkFactory(treaty=other), TreatyLinkFactory(target=other)
        text = TreatyTextFactory(treaty=other)
        merge(one, other)
        assert {fresh(row).treaty_id for row in (third, link, text, ratified)} == {one.pk}
        assert fresh(link_in).target_id == one.pk
        # The shared party is kept once, with its actions.
        assert fresh(ratified).party == one.parties.get(country=shared.country)
        assert one.parties.count() == 3
        # The shared signature is kept once, with the citations of both.
        assert set(one.actions.all()) == {signed[0], ratified}
        assert signed[0].citations.count() == 2
        assert fresh(signed[1]).state == "withdrawn"
        assert FormerAddress.objects.get(slug="two-signed").record_id == signed[0].pk
        # Data derived from the actions is recomputed.
        assert not TreatyPeriod.objects.filter(treaty=other).exists()
        assert outdated_periods([one.pk, other.pk]) == {}

    def test_merging_linked_treaties_is_rejected(self, treaties):
        one, other = treaties
        TreatyLinkFactory(treaty=one, target=other, link_type="amends")
        with pytest.raises(MergeRefused, match="A treaty cannot be linked to itself"):
            merge(one, other)
        assert fresh(other).state == "published"
        assert not FormerAddress.objects.exists()

    def test_a_party_from_outside_the_pair_is_rejected(self, treaties):
        one, other = treaties
        Party.objects.bulk_create([Party(treaty=other, country=CountryFactory(name_en="Cland"))])
        with pytest.raises(
            MergeRefused, match="prevents the merge: Cland does not belong to the pair"
        ):
            merge(one, other)
        assert other.parties.count() == 3

    def test_two_prevailing_texts_are_rejected(self, treaties):
        for treaty in treaties:
            TreatyTextFactory(treaty=treaty, standing="prevails")
        with pytest.raises(MergeRefused, match="Only one text can prevail"):
            merge(*treaties)


def rejection(kept, other):
    with pytest.raises(MergeRefused) as error:
        merge(kept, other)
    return error.value.messages


class TestRejectedMerges:
    def test_records_of_different_kinds_pairs_or_hosts_are_rejected(self, pair):
        event, visit = EventFactory(relation=pair), VisitFactory(relation=pair)
        assert rejection(event, visit) == [
            "They are of different kinds. Only two of the same kind can be merged."
        ]
        assert rejection(event, EventFactory()) == ["They belong to different pairs."]
        back = VisitFactory(relation=pair, host=pair.country_b)
        assert rejection(visit, back) == ["They differ in: host country."]

    def test_merging_a_row_with_itself_is_rejected(self, pair):
        event = EventFactory(relation=pair)
        assert rejection(event, event) == ["A row cannot be merged with itself: choose two."]

    def test_merging_a_published_record_into_a_draft_is_rejected(self, pair):
        draft, public = EventFactory(relation=pair), EventFactory(relation=pair, published=True)
        assert rejection(draft, public) == ["Readers have seen only one of them. Keep that one."]

    def test_merging_an_already_merged_record_is_rejected(self, two):
        merge(*two)
        third = EventFactory(relation=two[0].relation, published=True)
        assert rejection(third, fresh(two[1])) == [f"“{two[1]}” has been merged already."]

    def test_merging_an_event_with_its_anniversary_is_rejected(self, two):
        one, other = two
        one.anniversary_of, one.anniversary = other, 30
        one.save()
        assert "An event is not an anniversary of itself." in rejection(one, other)[0]

    def test_merging_people_with_different_wikidata_identifiers_is_rejected(self):
        assert rejection(PersonFactory(wikidata="Q1"), PersonFactory(wikidata="Q2")) == [
            "They have different Wikidata identifiers. Correct the wrong one first."
        ]


class TestPeopleAndOrganizations:
    def test_a_person_takes_over_names_roles_and_offices(self):
        one = PersonFactory(name="Ilham Aliyev", aliases="I. Aliyev")
        other = PersonFactory(name="Ильхам Алиев", aliases="I. Aliyev\nƏliyev", wikidata="Q57")
        event, shared = EventFactory(published=True), EventFactory()
        part = ParticipationFactory(record=event, person=other)
        for person in (one, other):
            ParticipationFactory(record=shared, person=person)
        Participation.objects.filter(person=other, record=shared).update(capacity="President")
        office = OfficeFactory(person=other)
        merge(one, other, reason="One man")
        one = fresh(one)
        assert one.aliases.splitlines() == ["I. Aliyev", "Ильхам Алиев", "Əliyev"]
        assert one.wikidata == "Q57"
        assert fresh(part).person == Office.objects.get(pk=office.pk).person == one
        assert shared.participations.get().capacity == "President"
        assert not Person.objects.filter(pk=other.pk).exists()
        assert fresh(event).version == 2
        assert event.revisions.first().snapshot["participations"][0]["person"] == [one.slug]
        kept = FormerAddress.objects.get(slug=other.slug)
        assert (kept.reason, kept.row["name"]) == ("One man", "Ильхам Алиев")

    def test_an_organization_takes_over_members_and_treaties(self):
        one, other = OrganizationFactory(), OrganizationFactory()
        member = MembershipFactory(organization=other, published=True)
        treaty = TreatyFactory(parties=[other], published=True)
        both = TreatyFactory(parties=[one, other])
        merge(one, other)
        assert fresh(member).organization == treaty.parties.get().organization == one
        assert [party.organization for party in both.parties.all()] == [one]
        assert Organization.objects.get() == one

    def test_a_former_identifier_cannot_be_reused(self):
        one, other = PersonFactory(), PersonFactory(slug="former")
        merge(one, other)
        with pytest.raises(ValidationError, match="belonged to a row that has been merged"):
            PersonFactory.build(slug="former").full_clean()
        PersonFactory.build(slug="another").full_clean()


class TestAddresses:
    @pytest.mark.parametrize("ending", ["/", ".json", "/?on=2020-01-01"])
    def test_merged_records_redirect_through_any_chain(self, client, pair, ending):
        rows = [
            TreatyFactory(relation=pair, slug=slug, published=True)
            for slug in ("first", "second", "third")
        ]
        merge(rows[1], rows[0])
        merge(rows[2], fresh(rows[1]))
        for slug in ("first", "second"):
            response = client.get(f"/treaties/{slug}{ending}")
            assert (response.status_code, response.url) == (301, f"/treaties/third{ending}")
        assert client.get("/treaties/third.json").json()["former_slugs"] == ["first", "second"]

    def test_merged_people_and_organizations_redirect(self, client):
        for factory, path in ((PersonFactory, "people"), (OrganizationFactory, "organizations")):
            one, other = factory(public=True), factory()
            merge(one, other)
            response = client.get(f"/{path}/{other.slug}/")
            assert (response.status_code, response.url) == (301, f"/{path}/{one.slug}/")
            shown = client.get(f"/{path}/{one.slug}.json").json()
            assert shown["former_slugs"] == [other.slug]

    def test_a_merged_action_redirects(self, client, pair):
        treaty = TreatyFactory(relation=pair, published=True)
        one, other = (TreatyActionFactory(treaty=treaty, published=True) for _n in range(2))
        merge(one, other)
        assert client.get(f"/actions/{other.slug}/").url == f"/actions/{one.slug}/"

    def test_nothing_redirects_to_a_draft(self, client, pair):
        one, other = EventFactory.create_batch(2, relation=pair)
        merge(one, other)
        assert client.get(f"/events/{other.slug}/").status_code == 404
        assert client.get("/events/never-there/").status_code == 404


class TestMergePage:
    def address(self, *rows):
        name = rows[0]._meta.model_name
        return f"/admin/merge/{name}/?" + "&".join(f"id={row.pk}" for row in rows)

    def test_the_admin_action_needs_two_rows(self, admin_client, two):
        sent = {"action": "merge_selected", "_selected_action": [row.pk for row in two]}
        response = admin_client.post("/admin/relations/event/", sent)
        one, other = sorted(two, key=lambda row: row.pk, reverse=True)
        assert response.url in (self.address(one, other), self.address(other, one))
        sent["_selected_action"] = [two[0].pk]
        response = admin_client.post("/admin/relations/event/", sent, follow=True)
        assert [str(message) for message in response.context["messages"]] == [
            "Select two rows. The next page asks which one stays."
        ]

    @pytest.mark.parametrize("factory", [EventFactory, PersonFactory])
    def test_the_action_is_offered_to_editors_only_with_rows_that_they_may_merge(self, factory):
        editor, publisher = (signed_in(UserFactory(role=name)) for name in ("Editor", "Publisher"))
        shown = {"published": True} if factory is EventFactory else {"public": True}
        address = f"/admin/relations/{factory._meta.model._meta.model_name}/"

        def offered(client):
            return "merge_selected" in client.get(address).content.decode()

        factory(**shown), factory(**shown), factory()
        assert (offered(editor), offered(publisher)) == (False, True)
        factory()
        assert (offered(editor), offered(publisher)) == (True, True)

    def test_an_editor_who_selects_a_row_that_readers_see_learns_who_can_merge_it(self, pair):
        hidden = EventFactory.create_batch(2, relation=pair)
        published = EventFactory(relation=pair, published=True)
        sent = {"action": "merge_selected", "_selected_action": [hidden[0].pk, published.pk]}
        client = signed_in(UserFactory(role="Editor"))
        response = client.post("/admin/relations/event/", sent, follow=True)
        assert [str(message) for message in response.context["messages"]] == [
            "Readers see at least one of these rows, so only users who may publish can merge them. "
            "Ask one of them."
        ]

    def test_merging_needs_a_reason(self, admin_client, two):
        one, other = two
        assert admin_client.get(self.address(*two)).status_code == 200
        response = admin_client.post(self.address(*two), {"kept": one.pk})
        assert response.context["form"].errors == {"reason": ["This field is required."]}
        response = admin_client.post(self.address(*two), {"kept": one.pk, "reason": "Same"})
        assert response.url == f"/admin/relations/event/{one.pk}/change/"
        assert fresh(other).state == "withdrawn"

    def test_a_rejected_merge_shows_the_reason_and_changes_nothing(self, admin_client):
        rows = EventFactory(), EventFactory()
        response = admin_client.post(self.address(*rows), {"kept": rows[0].pk, "reason": "Same"})
        assert response.status_code == 400
        assert "They belong to different pairs." in response.content.decode()
        assert not FormerAddress.objects.exists()

    @pytest.mark.parametrize("query", ["", "id=1", "id=x&id=y", "id=1&id=" + "9" * 400, "id=%00"])
    def test_anything_but_two_rows_is_a_404(self, admin_client, query):
        assert admin_client.get(f"/admin/merge/event/?{query}").status_code == 404
        assert admin_client.get(f"/admin/merge/country/?{query}").status_code == 404

    @pytest.mark.parametrize(
        ("names", "published", "status"),
        [
            (["view_event"], False, 403),
            (["change_event"], False, 200),
            (["change_event"], True, 403),
        ],
    )
    def test_only_users_who_may_change_both_get_it(self, client, pair, names, published, status):
        rows = EventFactory.create_batch(2, relation=pair, published=published)
        user = User.objects.create_user("editor", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        client.force_login(user)
        assert client.get(self.address(*rows)).status_code == status


def test_a_merged_record_is_on_no_public_list(client, two):
    one, other = two
    merge(one, other)
    assert list(Event.objects.published()) == [one]
    assert Record.objects.count() == 2
    assert Treaty.objects.count() == 0
    assert other.title not in client.get("/events/").content.decode()


def test_merging_organizations_moves_the_figures_they_report():
    one, other = OrganizationFactory(slug="one"), OrganizationFactory(slug="other")
    figure = FigureFactory(reporter_organization=other, published=True)
    merge(one, other, reason="The same")
    row = fresh(figure)
    assert row.reporter_organization_id == one.pk
    assert "|one|" in row.series
