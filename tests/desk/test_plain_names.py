"""Names and titles are stored as readers see them, however they arrive."""

import pytest

from relations.models import Event, Organization, Person, Visit
from sources.models import Source
from tests.desk.test_admin import errors, event_form, formset
from tests.factories import CountryNameFactory, RelationFactory, SourceFactory
from treaties.models import Treaty

pytestmark = pytest.mark.django_db
# A soft hyphen, a zero-width space, a direction mark, a no-break space and hyphen, a byte order
# mark, an accent of its own.
SPOILT = "\ufeffOr\u00adba\u0301n\u00a0\u200bKi\u2011moon\u200e"
PLAIN = "Orb\u00e1n Ki-moon"


@pytest.mark.parametrize(
    ("model", "values"),
    [(Person, {}), (Organization, {"kind": "other"})],
)
def test_forms_store_names_without_invisible_characters(admin_client, model, values):
    name = model._meta.model_name
    form = values | {"name": SPOILT, "aliases": f"{SPOILT}\r\nO.\u2009K.", "slug": "one"}
    response = admin_client.post(f"/admin/relations/{name}/add/", form)
    assert response.status_code == 302, errors(response)
    row = model.objects.get(slug="one")
    assert (row.name, row.aliases) == (PLAIN, f"{PLAIN}\nO. K.")
    form |= {"slug": "two", "name": PLAIN, "aliases": ""}
    assert errors(admin_client.post(f"/admin/relations/{name}/add/", form)) == {
        "__all__": ["This may already exist. Choose one of the buttons above."]
    }


def test_forms_store_titles_without_invisible_characters(admin_client):
    form = event_form(RelationFactory(), title=SPOILT, date="1992-08-27")
    form |= formset("citations") | formset("participations")
    response = admin_client.post("/admin/relations/event/add/", form)
    assert response.status_code == 302, errors(response)
    assert Event.objects.get().title == PLAIN


def test_a_name_of_invisible_characters_is_missing(admin_client):
    form = {"name": "\u200b\u00ad", "slug": "one"}
    response = admin_client.post("/admin/relations/person/add/", form)
    assert errors(response) == {"name": ["This field cannot be blank."]}


def test_models_store_them_however_they_are_saved():
    url = " https://example.org/ne\u200bws\u00ad"
    source = SourceFactory(title=SPOILT, author=SPOILT, publisher=SPOILT, url=url)
    assert (source.title, source.url) == (PLAIN, "https://example.org/news")
    assert Source.objects.get().publisher == PLAIN
    assert CountryNameFactory(name=SPOILT).name == PLAIN


def test_lists_store_them_and_importing_again_changes_nothing(base, import_list, mapping):
    text = mapping(
        'name = "x"\nkind = "treaty"\n[source]\nslug = "x"\ntitle = "X"\nkind = "official"\n'
        '[columns]\ntitle = "T"\nparties = "P"\nsignature = "S"\n'
    )
    rows = f"T,P,S\nTreaty on {SPOILT},Fr\u00adance;Kazakh\u200bstan,1998-02-03\n"
    assert import_list(text, rows)["created"] == 1
    (treaty,) = Treaty.objects.filter(relation__slug="france-kazakhstan")
    assert treaty.title == f"Treaty on {PLAIN}"
    assert treaty.actions.get().title == f"Treaty on {PLAIN}: signature"
    assert import_list(text, rows)["unchanged"] == 1


def test_values_and_identifiers_of_lists_match_whatever_is_invisible_in_them(
    base, import_list, mapping
):
    text = mapping(
        'name = "x"\nkind = "visit"\nid = "No"\n[source]\nslug = "x"\ntitle = "X"\n'
        'kind = "official"\n[columns]\ntitle = "T"\ndate = "D"\ncountry = "G"\nhost = "H"\n'
        'rank = "R"\nplace = "P"\n[values.rank]\n"first minister" = "minister"\n'
    )
    head = "No,T,D,G,H,R,P\n"
    plain = "A 1,Talks,2024-03-11,France,Kazakhstan,first minister,Al-Maty\n"
    spoilt = (
        "A\u00a01\u200b,Ta\u00adlks,2024\u201103\u201111\u200e,Fran\u200bce,\ufeffKazakhstan,"
        "first\u202fmini\u00adster,Al\u2011Maty\u200b\n"
    )
    assert import_list(text, head + spoilt)["created"] == 1
    visit = Visit.objects.get(relation__slug="france-kazakhstan")
    assert (visit.title, visit.rank, visit.place) == ("Talks", "minister", "Al-Maty")
    assert import_list(text, head + plain)["unchanged"] == 1
