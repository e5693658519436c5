"""People, organizations, sources and passages are public once something published refers to them,
or once a second person has released them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from core.models import EVERYTHING, PageVersion, Released
from portal import evidence
from relations import workflow
from relations.merging import merge
from relations.models import Organization, Person
from relations.release import release
from relations.workflow import StepRefused
from sources.models import Passage, Source, SourceFile, SourceText
from tests.conftest import signed_in
from tests.desk.test_admin import formset
from tests.desk.test_review import address, change_form, shown_messages
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    FigureFactory,
    MembershipFactory,
    MissionFactory,
    OfficeFactory,
    OrganizationFactory,
    ParticipationFactory,
    PartyFactory,
    PassageFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    TradedGoodFactory,
    TreatyActionFactory,
    TreatyFactory,
    TreatyLinkFactory,
    TreatyTextFactory,
    UserFactory,
)
from tests.steps import publish, withdraw

pytestmark = pytest.mark.django_db

PLACES = {Person: "people", Organization: "organizations", Source: "sources"}
SECRET = "Not yet for readers"


def text_of(response) -> str:
    return (response.getvalue() if response.streaming else response.content).decode()


def seen(client, row) -> list[str]:
    """The public places that show a row."""
    place = PLACES[type(row)]
    pages = (
        f"/{place}/",
        f"/{place}.csv",
        f"/{place}.json",
        f"/{place}/?q=Not+yet",
        f"/{place}/{row.slug}/",
        f"/{place}/{row.slug}.json",
    )
    return [page for page in pages if SECRET in text_of(client.get(page))]


NEW = {
    "person": {"slug": "new-person", "name": SECRET},
    "organization": {"slug": "new-organization", "name": SECRET, "kind": "company"},
    "source": {"slug": "new-source", "title": SECRET, "kind": "news", "rights": "unknown"}
    | formset("passages")
    | formset("synopsis"),
}


@pytest.mark.parametrize("model", [Person, Organization, Source])
@pytest.mark.parametrize("role", ["editor", "administrator"])
def test_a_row_just_created_at_the_desk_is_public_nowhere(colleagues, client, model, role):
    name, app = model._meta.model_name, model._meta.app_label
    response = colleagues[role].post(f"/admin/{app}/{name}/add/", NEW[name])
    assert response.status_code == 302
    row = model.objects.get()
    assert seen(client, row) == []
    assert client.get(f"/{PLACES[model]}/{row.slug}/").status_code == 404
    assert evidence.state().sources == 0
    # Its editor still finds it at the desk, without a link to the missing page.
    assert SECRET in text_of(colleagues["editor"].get(f"/admin/{app}/{name}/"))
    page = text_of(colleagues["editor"].get(address(row)))
    assert SECRET in page
    assert "View on site" not in page


def draft_with(make):
    """A draft with a citation, to which `make` adds a row; returns both."""
    event = EventFactory()
    CitationFactory(record=event)
    return event, make(event)


REFERENCES = {
    "a participant": lambda: draft_with(lambda event: ParticipationFactory(record=event).person),
    "a participating organization": lambda: draft_with(
        lambda event: (
            ParticipationFactory(
                record=event, person=None, organization=OrganizationFactory()
            ).organization
        )
    ),
    "the source of a citation": lambda: draft_with(
        lambda event: CitationFactory(record=event).source
    ),
    "the passage of a citation": lambda: draft_with(
        lambda event: CitationFactory(record=event, **placed()).passage
    ),
    "the holder of an office": lambda: draft(OfficeFactory(), "person"),
    "the organization of an office": lambda: draft(
        OfficeFactory(country=None, organization=OrganizationFactory()), "organization"
    ),
    "the organization of a membership": lambda: draft(MembershipFactory(), "organization"),
    "the host of a mission": lambda: draft(
        MissionFactory(
            relation=None,
            sender=CountryFactory(),
            host=None,
            host_organization=OrganizationFactory(),
        ),
        "host_organization",
    ),
    "a party": lambda: treaty_with(
        lambda treaty: PartyFactory(treaty=treaty, organization=OrganizationFactory()).organization
    ),
    "the source of a link": lambda: treaty_with(
        lambda treaty: TreatyLinkFactory(treaty=treaty).source
    ),
    "the source of a text": lambda: treaty_with(
        lambda treaty: TreatyTextFactory(treaty=treaty).source
    ),
    "the source of a step": lambda: treaty_with(
        lambda treaty: CitationFactory(record=TreatyActionFactory(treaty=treaty)).source
    ),
    "the source of a figure": lambda: (figure := FigureFactory(), figure.source),
    "the passage of a figure": lambda: (figure := FigureFactory(**placed()), figure.passage),
    "the source of a good": lambda: (good := TradedGoodFactory(), good.source),
}


def placed() -> dict:
    passage = PassageFactory()
    return {"source": passage.source, "passage": passage}


def draft(record, name):
    CitationFactory(record=record)
    return record, getattr(record, name)


def treaty_with(make):
    treaty = TreatyFactory()
    CitationFactory(record=treaty)
    return treaty, make(treaty)


@pytest.mark.parametrize("reference", REFERENCES)
def test_publication_releases_what_a_row_refers_to(reference):
    row, referred = REFERENCES[reference]()
    other = type(referred).objects.exclude(pk=referred.pk).public().count()
    model = type(referred)
    assert not model.objects.public().filter(pk=referred.pk).exists()
    publish(type(row).objects.get(pk=row.pk))
    assert model.objects.public().filter(pk=referred.pk).exists()
    assert other == 0
    # A withdrawn page and its log still name it.
    withdraw(type(row).objects.get(pk=row.pk))
    assert model.objects.public().filter(pk=referred.pk).exists()


def test_every_reference_of_a_publishable_row_is_tested():
    referring = {
        (relation.related_model._meta.model_name, relation.field.name)
        for model in Released.__subclasses__()
        for relation in model._meta.related_objects
    }
    own = {"passage", "synopsis", "sourcetext", "sourcefile", "formeraddress"}
    own |= {"personrevision", "organizationrevision", "sourcerevision", "listalias"}
    assert {name for name, _field in referring if name not in own} == {
        *("participation", "citation", "office", "membership", "mission"),
        *("party", "treatylink", "treatytext", "figure", "tradedgood"),
    }


@pytest.mark.parametrize("model", [Person, Organization, Source])
def test_publishing_a_list_releases_its_rows(model):
    figure = FigureFactory()
    membership = MembershipFactory()
    office = OfficeFactory()
    for row in (membership, office):
        CitationFactory(record=row)
        publish(type(row).objects.filter(pk=row.pk))
    publish(type(figure).objects.filter(pk=figure.pk))
    used = {Person: office.person, Organization: membership.organization, Source: figure.source}
    assert model.objects.public().filter(pk=used[model].pk).exists()


def test_what_only_a_draft_or_a_pending_change_refers_to_is_not_public(colleagues, client):
    event = EventFactory(published=True)
    person = PersonFactory(name=SECRET)
    workflow.change_pending(
        event,
        lambda row: ParticipationFactory(record=row, person=person),
        colleagues["editor"].user,
        "Who it was",
    )
    assert seen(client, person) == []
    assert SECRET not in text_of(client.get(event.get_absolute_url()))
    workflow.submit(event, colleagues["editor"].user)
    workflow.publish(event, colleagues["publisher"].user)
    assert len(seen(client, person)) == 6


def test_a_preview_releases_nothing(colleagues, client):
    event, person = REFERENCES["a participant"]()
    page = colleagues["editor"].get(address(event, "preview"))
    assert person.name in text_of(page)
    assert not Person.objects.public().exists()


class TestFilters:
    @pytest.mark.parametrize("path", ["/visits/", "/events/", "/treaties/", "/trade/"])
    def test_a_hidden_source_cannot_be_chosen(self, client, path):
        source, shown = SourceFactory(title=SECRET), SourceFactory(public=True)
        assert SECRET not in text_of(client.get(path))
        assert client.get(f"{path}?source={source.slug}").status_code == 400
        assert client.get(f"{path}?source={shown.slug}").status_code == 200

    def test_a_hidden_person_cannot_be_chosen(self, client):
        person, pair = PersonFactory(name=SECRET), RelationFactory()
        for path in ("/visits/", "/events/", "/treaties/", f"/relations/{pair.slug}/timeline/"):
            page = client.get(f"{path}?person={person.slug}")
            assert page.status_code == 400
            assert SECRET not in text_of(page)
        public = PersonFactory(public=True)
        assert client.get(f"/visits/?person={public.slug}").status_code == 200


class TestPlacesInSources:
    def test_a_passage_of_a_draft_is_not_on_the_public_page_of_its_source(self, client):
        source = SourceFactory(public=True, rights="public_domain", slug="gazette")
        SourceText.objects.create(source=source, text=f"One. {SECRET}. Two.")
        words = {"quote": SECRET, "start": 5, "end": 5 + len(SECRET), "anchoring": "matches"}
        passage = PassageFactory(source=source, locator="p1s2", **words)
        page = text_of(client.get("/sources/gazette/"))
        assert 'id="p1s2"' not in page
        assert evidence.state().quotations == 0
        event, _row = draft_with(
            lambda event: CitationFactory(record=event, source=source, passage=passage)
        )
        assert 'id="p1s2"' not in text_of(client.get("/sources/gazette/"))
        publish(event)
        assert 'id="p1s2"' in text_of(client.get("/sources/gazette/"))
        assert evidence.state().quotations == 1

    def test_the_file_of_a_hidden_source_is_for_editors(self, client, colleagues):
        source = SourceFactory(rights="public_domain", slug="gazette")
        row = SourceFile(source=source, media_type="text/plain", size=5)
        row.file.save("test-released", ContentFile(b"words"))
        try:
            assert client.get("/sources/gazette/file").status_code == 404
            file = colleagues["editor"].get("/sources/gazette/file")
            assert file.getvalue() == b"words"
            release(source, colleagues["publisher"].user)
            assert client.get("/sources/gazette/file").getvalue() == b"words"
        finally:
            row.file.delete(save=False)


class TestRelease:
    def release(self, client, row):
        page = f"/admin/{row._meta.app_label}/{row._meta.model_name}/"
        form = {"action": "release_selected", "_selected_action": [row.pk]}
        return client.post(page, form, follow=True)

    @pytest.mark.parametrize("model", [Person, Organization, Source])
    def test_a_second_person_releases_a_row(self, colleagues, client, model):
        name, app = model._meta.model_name, model._meta.app_label
        colleagues["editor"].post(f"/admin/{app}/{name}/add/", NEW[name])
        row, before = model.objects.get(), PageVersion.objects.current([EVERYTHING])
        assert shown_messages(self.release(colleagues["publisher"], row)) == [
            "1 released to readers."
        ]
        assert len(seen(client, row)) == 6
        assert PageVersion.objects.current([EVERYTHING]) != before
        # Nobody reviews later changes: only publishers make them.
        assert colleagues["editor"].post(address(row), NEW[name]).status_code == 403
        assert shown_messages(self.release(colleagues["publisher"], row)) == [
            f"Readers already see “{row}”."
        ]

    def test_nobody_releases_their_own_row(self, colleagues):
        colleagues["publisher"].post("/admin/relations/person/add/", NEW["person"])
        row = Person.objects.get()
        assert shown_messages(self.release(colleagues["publisher"], row))[1:] == [
            f"You wrote “{SECRET}” yourself. Somebody else must release it."
        ]
        assert not Person.objects.public().exists()
        assert shown_messages(self.release(signed_in(UserFactory(role="Publisher")), row)) == [
            "1 released to readers."
        ]

    def test_nobody_releases_their_own_changes(self, colleagues):
        colleagues["editor"].post("/admin/relations/person/add/", NEW["person"])
        row = Person.objects.get()
        colleagues["publisher"].post(address(row), NEW["person"] | {"description": "Mine"})
        with pytest.raises(StepRefused):
            release(row, colleagues["publisher"].user)

    def test_an_administrator_may_release_alone(self, colleagues, client):
        colleagues["administrator"].post("/admin/relations/person/add/", NEW["person"])
        self.release(colleagues["administrator"], Person.objects.get())
        assert len(seen(client, Person.objects.get())) == 6

    @pytest.mark.parametrize("role", ["editor", "reviewer"])
    def test_others_may_not_release(self, colleagues, role):
        row = PersonFactory()
        self.release(colleagues[role], row)
        assert not Person.objects.public().exists()
        with pytest.raises(PermissionDenied):
            release(row, colleagues[role].user)

    def test_a_source_is_released_with_its_passages(self, colleagues):
        passage = PassageFactory()
        release(passage.source, colleagues["publisher"].user)
        later = PassageFactory(source=passage.source)
        assert list(Passage.objects.public()) == [passage]
        assert later not in Passage.objects.public()

    def test_saving_an_older_copy_keeps_a_row_public(self, colleagues):
        row = PersonFactory()
        release(Person.objects.get(), colleagues["publisher"].user)
        row.description = "New"
        row.save()
        assert Person.objects.public().get().description == "New"


class TestMerging:
    @pytest.mark.parametrize("make", [PersonFactory, OrganizationFactory])
    def test_a_row_that_takes_over_a_public_one_is_public(self, client, make):
        one, other = make(), make(public=True)
        merge(one, other)
        assert type(one).objects.public().get() == one
        place = PLACES[type(one)]
        assert client.get(f"/{place}/{other.slug}/").url == f"/{place}/{one.slug}/"

    @pytest.mark.parametrize("make", [PersonFactory, OrganizationFactory])
    def test_the_address_of_a_hidden_row_redirects_nowhere(self, client, make):
        one, other = make(), make()
        merge(one, other)
        assert client.get(f"/{PLACES[type(one)]}/{other.slug}/").status_code == 404

    def test_an_editor_cannot_merge_a_draft_into_a_public_row(self, colleagues):
        one, other = PersonFactory(public=True), PersonFactory(description="Anything")
        page = f"/admin/merge/person/?id={one.pk}&id={other.pk}"
        assert colleagues["editor"].get(page).status_code == 403


def test_fixtures_are_public(base):
    for model in Released.__subclasses__():
        assert model.objects.exists()
        assert not model.objects.filter(published_at=None).exists()


def test_the_number_of_queries_of_publication_does_not_grow(django_assert_max_num_queries):
    rows = []
    for _number in range(12):
        event, _person = REFERENCES["a participant"]()
        rows.append(event)
    with django_assert_max_num_queries(107):
        publish(type(rows[0]).objects.all())
    assert Person.objects.public().count() == 12


def test_a_participant_added_in_the_form_of_a_draft_stays_hidden(colleagues, client):
    event, person = EventFactory(), PersonFactory(name=SECRET)
    form = change_form(event) | {
        "participations-TOTAL_FORMS": 1,
        "participations-0-role": "visitor",
        "participations-0-person": person.pk,
    }
    assert colleagues["editor"].post(address(event), form).status_code == 302
    assert event.participations.get().person == person
    assert seen(client, person) == []
