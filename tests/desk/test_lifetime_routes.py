"""Every route by which a country could get into something outside its lifetime refuses it, with
the country's years and the successor of that time, and saves nothing."""

import json
import re

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import models

from core.snapshot import full_snapshot
from relations import workflow
from relations.models import Membership, Record
from relations.models.restoring import restore
from relations.problems import problems
from relations.publication import revise
from tests.desk.test_admin import citation_row, errors, event_form, figure_form, formset
from tests.factories import (
    CitationFactory,
    CountryFactory,
    EventFactory,
    FigureFactory,
    IndicatorFactory,
    MembershipFactory,
    MissionFactory,
    OfficeFactory,
    OrganizationFactory,
    ParticipationFactory,
    PersonFactory,
    RelationFactory,
    SourceFactory,
    SuccessionFactory,
    TradedGoodFactory,
    TreatyActionFactory,
    TreatyFactory,
    VisitFactory,
)
from tests.steps import publish
from trade.models import Figure, TradedGood

pytestmark = pytest.mark.django_db
REFUSED = (
    "Old State (1 December 1918 – 27 April 1992) did not exist on this date: 2001. Its "
    "successors: New State (since 27 April 1992)."
)


@pytest.fixture
def old():
    """A state that ended in 1992, with a successor."""
    state = CountryFactory(
        kind="former_state", name_en="Old State", date="1918-12-01", until="1992-04-27"
    )
    new = CountryFactory(name_en="New State", date="1992-04-27")
    SuccessionFactory(predecessor=state, successor=new)
    return state


@pytest.fixture
def pair(old):
    return RelationFactory(country_a=old)


def other(pair):
    return pair.country_b


ADDED = {
    # The address of the form to add a row, and what is in it for a pair of the old state.
    "event": ("relations/event", "relation", lambda pair: {"event_type": "session"}),
    "visit to it": (
        "relations/visit", "host",
        lambda pair: {"host": pair.country_a_id, "visit_type": "state", "rank": "other"},
    ),
    "visit from it": (
        "relations/visit", "relation",
        lambda pair: {"host": pair.country_b_id, "visit_type": "state", "rank": "other"},
    ),
    "membership": (
        "relations/membership", "member",
        lambda pair: {
            "relation": "", "member": pair.country_a_id, "membership_type": "full",
            "organization": OrganizationFactory().pk,
        },
    ),
    "mission": (
        "relations/mission", "sender",
        lambda pair: {
            "sender": pair.country_a_id, "host": pair.country_b_id, "mission_type": "embassy",
        },
    ),
    "mission in it": (
        "relations/mission", "host",
        lambda pair: {
            "sender": pair.country_b_id, "host": pair.country_a_id, "mission_type": "embassy",
        },
    ),
    "office": (
        "relations/office", "country",
        lambda pair: {
            "relation": "", "country": pair.country_a_id, "rank": "minister",
            "person": PersonFactory().pk,
        },
    ),
    "participant": (
        "relations/event", "country",
        lambda pair: {"relation": RelationFactory().pk, "event_type": "session"}
        | formset("participations", {"role": "participant", "country": pair.country_a_id}),
    ),
    "treaty": ("treaties/treaty", "relation", lambda pair: TREATY),
    "party": (
        "treaties/treaty", "country",
        lambda pair: {
            "relation": "", **TREATY, **formset(
                "parties", {"country": pair.country_b_id}, {"country": pair.country_a_id}
            ),
        },
    ),
    "participant of a treaty": (
        "treaties/treaty", "country",
        lambda pair: {
            "relation": RelationFactory().pk, **TREATY,
            **formset("participations", {"role": "participant", "country": pair.country_a_id}),
        },
    ),
    "signature by all": (
        "treaties/treaty", "date",
        lambda pair: TREATY | {"date": "1985"} | formset(
            "actions", {"action_type": "signature", "date": "2001"}
        ),
    ),
}  # fmt: skip
TREATY = {"instrument": "agreement", "level": "unknown", "binding": "unclear"}
for prefix in ("parties", "actions", "links", "texts"):
    TREATY |= formset(prefix)


@pytest.mark.parametrize("kind", ADDED)
def test_a_form_to_add_a_record_refuses_it_at_its_field(admin_client, pair, kind):
    address, field, values = ADDED[kind]
    form = event_form(pair, citation_row(SourceFactory()), date="2001", _publish="1")
    response = admin_client.post(f"/admin/{address}/add/", form | values(pair))
    assert response.status_code == 200
    found = errors(response)
    assert {name: set(words) for name, words in found.items()} == {field: {REFUSED}}
    assert not Record.objects.exists()


@pytest.mark.parametrize("field", ["from_country", "to_country", "reporter_country"])
def test_a_form_to_add_a_figure_refuses_it_at_its_field(admin_client, pair, old, field):
    form = figure_form(RelationFactory(), SourceFactory(), IndicatorFactory(directed=True))
    form |= {"period": "2001", field: old.pk}
    response = admin_client.post("/admin/trade/figure/add/", form)
    assert errors(response) == {field: [REFUSED]}
    assert not Figure.objects.exists()


@pytest.mark.parametrize("field", ["from_country", "to_country"])
def test_a_form_to_add_goods_refuses_it_at_its_field(admin_client, old, field):
    pair = RelationFactory()
    form = {"name": "Oil", "from_country": pair.country_a_id, "to_country": pair.country_b_id,
            "period": "2001", "source": SourceFactory().pk, "rank": "0"}  # fmt: skip
    response = admin_client.post("/admin/trade/tradedgood/add/", form | {field: old.pk})
    assert errors(response) == {field: [REFUSED]}
    assert not TradedGood.objects.exists()


MADE = {
    # Rows of 1985 that name the old state, and their fields that say so.
    "event": (lambda pair: EventFactory(relation=pair, date="1985"), "date"),
    "visit": (lambda pair: VisitFactory(relation=pair, host=pair.country_a, date="1985"), "date"),
    "membership": (lambda pair: MembershipFactory(member=pair.country_a, date="1985"), "date"),
    "open membership": (
        lambda pair: MembershipFactory(member=pair.country_a, date="1985"), "until",
    ),
    "mission": (
        lambda pair: MissionFactory(
            relation=pair, sender=pair.country_a, host=pair.country_b, date="1985"
        ),
        "date",
    ),
    "office": (lambda pair: OfficeFactory(country=pair.country_a, date="1985"), "date"),
    "treaty": (lambda pair: TreatyFactory(relation=pair, date="1985"), "date"),
    "party": (
        lambda pair: TreatyFactory(
            relation=None, date="1985", parties=[pair.country_a, pair.country_b]
        ),
        "date",
    ),
    "step": (
        lambda pair: TreatyActionFactory(
            treaty=(treaty := TreatyFactory(relation=pair, date="1980", published=True)),
            party=treaty.parties.get(country=pair.country_a), action_type="ratification",
            date="1985",
        ),
        "date",
    ),
    "participant": (
        lambda pair: ParticipationFactory(
            record=EventFactory(date="1985"), person=None, country=pair.country_a
        ).record,
        "date",
    ),
    "figure": (lambda pair: FigureFactory(from_country=pair.country_a, period="1985"), "period"),
    "reporter": (
        lambda pair: FigureFactory(reporter_country=pair.country_a, period="1985"), "period",
    ),
    "goods": (lambda pair: TradedGoodFactory(to_country=pair.country_a, period="1985"), "period"),
    "end of a period": (
        lambda pair: FigureFactory(from_country=pair.country_a, period="1985"), "period_until",
    ),
}  # fmt: skip


def page(row):
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/"


def filled_in(client, row) -> dict:
    """The values of the form of a row, as its page shows them."""
    context = client.get(f"{page(row)}change/").context
    forms = [context["adminform"].form]
    data = {"edition": context["edition"], "opened": context["opened"]}
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.initial_forms]
        data[f"{inline.formset.prefix}-TOTAL_FORMS"] = inline.formset.initial_form_count()
    for form in forms:
        for bound in form:
            value = bound.value()
            value = value.pk if isinstance(value, models.Model) else value
            data.setdefault(bound.html_name, "" if value is None else value)
    return data


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize("kind", MADE)
def test_a_form_to_change_a_row_refuses_to_move_it(admin_client, pair, kind, published):
    make, field = MADE[kind]
    row = make(pair)
    if published:
        cited(row)
        publish(row)
    day = ".." if kind == "open membership" else "2001"
    form = filled_in(admin_client, row) | {field: day, "reason": "An error.", "_publish": "1"}
    response = admin_client.post(f"{page(row)}change/", form)
    assert response.status_code == 200
    (words,) = {words for found in errors(response).values() for words in found}
    assert words == (REFUSED.replace("2001", "not ended") if day == ".." else REFUSED)
    row.refresh_from_db()
    assert str(getattr(row, field)) == ("" if "until" in field else "1985")


def cited(row):
    if isinstance(row, Record):
        CitationFactory(record=row)


def out_of_its_lifetime(row, field):
    """Give a row that is stored already a date outside the lifetime, as older versions could."""
    setattr(row, field, "2001")
    row.save()
    return row


STORED = [kind for kind in MADE if kind not in ("open membership", "end of a period")]


@pytest.mark.parametrize("kind", STORED)
@pytest.mark.parametrize("written", [False, True])
def test_a_stored_draft_is_not_published_from_the_list(admin_client, pair, kind, written):
    make, field = MADE[kind]
    row = out_of_its_lifetime(make(pair), field)
    cited(row)
    if written:
        revise(row, reason="Written.")
        workflow.submit(row, None)
    address = f"/admin/{row._meta.app_label}/{row._meta.model_name}/"
    response = admin_client.post(
        address, {"action": "publish_selected", "_selected_action": [row.pk]}
    )
    assert response.status_code == 302
    assert [str(message) for message in get_messages(response.wsgi_request)] == [REFUSED]
    row.refresh_from_db()
    assert row.published_at is None


@pytest.mark.parametrize("kind", STORED)
def test_a_pending_change_is_not_published_after_the_lifetime_has_changed(
    admin_client, pair, old, kind
):
    make, field = MADE[kind]
    row = make(pair)
    cited(row)
    publish(row)
    old.until = ""
    old.save()
    form = filled_in(admin_client, row) | {field: "2001", "reason": "Another year."}
    assert admin_client.post(f"{page(row)}change/", form).status_code == 302
    old.until = "1992-04-27"
    old.save()
    row = type(row).objects.with_related().get(pk=row.pk)
    waiting = workflow.open_revision(row)
    assert REFUSED in problems(row, waiting)
    workflow.submit(row, None)
    admin_client.post(
        f"/admin/{row._meta.app_label}/{row._meta.model_name}/",
        {"action": "publish_selected", "_selected_action": [row.pk]},
    )
    row.refresh_from_db()
    assert str(getattr(row, field)) == "1985"
    assert admin_client.get(f"{page(row)}change/").status_code == 200


@pytest.mark.parametrize("kind", STORED)
def test_an_older_version_is_not_restored(admin_client, pair, old, kind):
    make, field = MADE[kind]
    row = make(pair)
    cited(row)
    old.until = ""
    old.save()
    setattr(row, field, "2001")
    revise(row, reason="First")
    setattr(row, field, "1985")
    revise(row, reason="Second")
    old.until = "1992-04-27"
    old.save()
    response = admin_client.post(f"{page(row)}restore/", {"number": "1"})
    assert response.status_code == 302
    assert [str(message) for message in get_messages(response.wsgi_request)] == [REFUSED]
    row.refresh_from_db()
    assert str(getattr(row, field)) == "1985"


@pytest.mark.parametrize("related", [False, True])
@pytest.mark.parametrize("kind", STORED)
def test_a_snapshot_is_not_restored(pair, old, kind, related):
    make, field = MADE[kind]
    row = make(pair)
    content = full_snapshot(row)
    content["record"][field] = "2001"
    rows = type(row).objects.with_related() if related else type(row).objects
    with pytest.raises(ValidationError, match=re.escape(REFUSED)):
        restore(rows.get(pk=row.pk), content)


class TestMerging:
    def merged(self, admin_client, kept, other):
        kind = kept._meta.model_name
        return admin_client.post(
            f"/admin/merge/{kind}/?id={kept.pk}&id={other.pk}",
            {"kept": kept.pk, "reason": "The same."},
        )

    def test_a_merge_does_not_move_a_participant(self, admin_client, old):
        pair = RelationFactory()
        kept, other = (EventFactory(relation=pair, date=year) for year in ("2001", "1985"))
        ParticipationFactory(record=other, person=None, country=old)
        response = self.merged(admin_client, kept, other)
        assert response.status_code == 400
        assert REFUSED in response.context["form"].non_field_errors()[0]
        assert other.participations.count() == 1

    def test_a_merge_does_not_move_a_party_or_its_step(self, admin_client, old):
        kept = TreatyFactory(relation=None, date="2001", parties=CountryFactory.create_batch(2))
        other = TreatyFactory(relation=None, date="1985", parties=[old, CountryFactory()])
        TreatyActionFactory(treaty=other, party=other.parties.get(country=old), date="1985")
        response = self.merged(admin_client, kept, other)
        assert response.status_code == 400
        assert REFUSED in response.context["form"].non_field_errors()[0]
        assert other.parties.count() == 2

    def test_a_merge_of_anniversaries_moves_a_former_state(self, admin_client, old):
        pair = RelationFactory()
        kept, other = (
            EventFactory(relation=pair, date=year, event_type="commemoration")
            for year in ("2001", "2001-05")
        )
        ParticipationFactory(record=other, person=None, country=old)
        assert self.merged(admin_client, kept, other).status_code == 302
        assert kept.participations.count() == 1


def written(folder, *rows):
    (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("model", "values"),
    [
        ("relations.event", {"event_type": "session"}),
        ("relations.visit", {"host": ["old"], "rank": "other"}),
        ("treaties.treaty", {"instrument": "agreement"}),
    ],
)
def test_fixtures_are_refused(tmp_path, model, values):
    sides = [CountryFactory(slug="new"), CountryFactory(slug="old", until="1992")]
    pair = RelationFactory(country_a=sides[0], country_b=sides[1])
    values |= {"slug": "x", "title": "X", "date": "2001", "relation": [pair.slug]}
    row = {"model": model, "fields": values}
    with pytest.raises(CommandError, match=r"\(until 1992\) did not exist on this date: 2001"):
        call_command("load_fixtures", written(tmp_path, row), verbosity=0)
    assert not Record.objects.exists()


def test_a_figure_in_fixtures_is_refused(tmp_path, old):
    figure = FigureFactory(from_country=CountryFactory(slug="ended", until="1992"), period="1985")
    values = {"slug": "x", "indicator": [figure.indicator.slug], "source": [figure.source.slug],
              "from_country": ["ended"], "to_country": [figure.to_country.slug], "value": "1",
              "unit": "USD", "period": "2001", "locator": "p1"}  # fmt: skip
    row = {"model": "trade.figure", "fields": values}
    with pytest.raises(CommandError, match=r"\(until 1992\) did not exist on this date: 2001"):
        call_command("load_fixtures", written(tmp_path, row), verbosity=0)
    assert Figure.objects.count() == 1


def test_a_participant_in_fixtures_is_refused(tmp_path, old):
    event = EventFactory(date="2001")
    values = {"record": [event.slug], "role": "participant", "country": [old.slug]}
    row = {"model": "relations.participation", "fields": values}
    with pytest.raises(CommandError, match=r"Old State \(1 December 1918 – 27 April 1992\)"):
        call_command("load_fixtures", written(tmp_path, row), verbosity=0)


VISIT = 'title="T"\ndate="D"\n{}\n[constants]\nrank="other"'
LISTS = {
    "event": ('title="T"\ncountry="A"\nother_country="B"\ndate="D"\nevent_type="E"', "A"),
    "visit": (VISIT.format('country="A"\nhost="B"'), "A"),
    "visit to it": (VISIT.format('country="B"\nhost="A"'), "A"),
    "membership": ('member="A"\norganization="O"\ndate="D"', "A"),
    "mission": ('sender="A"\nhost="B"\ndate="D"\n[constants]\nmission_type="embassy"', "A"),
    "treaty": ('title="T"\nparties="P"\nsignature="D"', "P"),
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_a_row_of_a_list_that_moves_is_rejected_and_its_record_stays(name, tmp_path, old):
    OrganizationFactory(name="Club")
    CountryFactory(name_en="Other Land")
    columns, column = LISTS[name]
    mapping = tmp_path / "list.toml"
    mapping.write_text(
        f'name = "x"\nkind = "{name.split()[0]}"\nid = "I"\n[source]\nslug = "x-list"\n'
        f'title = "X"\nkind = "official"\n[columns]\n{columns}\n',
        encoding="utf-8",
    )
    rows = tmp_path / "list.csv"
    for day, outcome in (("1985", "created"), ("2001", "rejected")):
        rows.write_text(
            "I,T,A,B,P,D,E,O\n"
            f"1,One,Old State,Other Land,Old State;Other Land,{day},meeting,Club\n",
            encoding="utf-8",
        )
        report = tmp_path / "report.json"
        call_command("import_data", str(mapping), str(rows), report=report, verbosity=0,
                     rejects=tmp_path / "rejects.csv")  # fmt: skip
        found = json.loads(report.read_text(encoding="utf-8"))
        assert found[outcome] == 1, found
    assert found["rejected by reason"] == {f"{column}: a country that did not exist then": 1}
    assert REFUSED in (tmp_path / "rejects.csv").read_text(encoding="utf-8")
    kept = Record.objects.exclude(kind="action").get()
    assert str(kept.date) == "1985"


def test_a_membership_of_a_former_state_is_not_imported_as_lasting(tmp_path, old):
    OrganizationFactory(name="Club")
    mapping = tmp_path / "list.toml"
    mapping.write_text(
        'name = "x"\nkind = "membership"\n[source]\nslug = "x-list"\ntitle = "X"\n'
        'kind = "official"\n[columns]\nmember="A"\norganization="O"\ndate="D"\nuntil="U"\n',
        encoding="utf-8",
    )
    rows = tmp_path / "list.csv"
    rows.write_text("A,O,D,U\nOld State,Club,1985,..\n", encoding="utf-8")
    report = tmp_path / "report.json"
    call_command("import_data", str(mapping), str(rows), report=report, verbosity=0,
                 rejects=tmp_path / "rejects.csv")  # fmt: skip
    assert json.loads(report.read_text(encoding="utf-8"))["rejected"] == 1
    assert not Membership.objects.exists()
