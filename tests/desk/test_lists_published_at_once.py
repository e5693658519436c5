"""Publishing a list at once leaves the database as publishing its records one by one does."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models, transaction
from django.utils import timezone

from core.models import PageVersion, PublicChange
from relations import publication
from relations.models import Record, Revision
from relations.models.record import record_class
from search.models import Entry, Word
from tests.desk import lists_of_treaties as lists

pytestmark = pytest.mark.django_db
EVENTS = (
    """
name = "events"
kind = "event"
id = "No"
[source]
slug = "a-list"
title = "A list"
kind = "official"
[columns]
title = "Title"
date = "Day"
country = "A"
other_country = "B"
[constants]
event_type = "meeting"
""",
    [
        "No,Title,Day,A,B",
        "1,Meeting on lighthouses,1995-02-03,Norway,Finland",
        "2,Meeting on herring,1996-03-04,Iceland,Norway",
        "3,Meeting on buoys,1997-04-05,Finland,Norway",
        "4,Meeting on lighthouses,1998,Norway,Finland",
        "5,Meeting on eels,1999-05,Norway,Iceland",
    ],
)
VISITS = [
    "id,start_date,end_date,visitor,from_id,from_name,description,source_xml",
    "1,1990-05-31,1990-06-03,President Anna Quill,france,France,State Visit.,a.xml",
    "2,1991-06-01,1991-06-03,President Anna Quill,france,France,Official visit.,a.xml",
    "3,1992-06-01,1992-06-03,Prime Minister Olaf Berg,norway,Norway,Official visit.,a.xml",
]
SHAPES = {
    "events": EVENTS,
    "visits": ("us-visits", VISITS),
    "steps": lists.DEPOSITARY,
    "parties": lists.CAPITALS,
}


def stored() -> dict[str, list]:
    """The values of all rows by table, without keys that the database gives out."""
    found = {}
    for model in apps.get_models():
        of_ours = apps.is_installed(model._meta.app_label) and model is not PageVersion
        fields = [
            field.attname
            for field in model._meta.local_concrete_fields
            if not isinstance(field, models.AutoField)
        ]
        if of_ours and fields:
            rows = model._base_manager.order_by().values_list(*fields)
            found[model._meta.label] = sorted(map(str, rows))
    # Published one by one, a row that others refer to is logged again with each of them.
    visible = models.Case(
        models.When(action__in=PublicChange.VISIBLE, then=models.Value("visible")),
        default="action",
    )
    logged = PublicChange.objects.annotate(fate=visible).order_by()
    names = ("kind", "row", "key", "fate", "into", "places")
    return found | {"core.PublicChange": sorted(map(str, logged.values_list(*names)))}


def imported() -> models.QuerySet:
    return Record.objects.filter(state="in_review").exclude(kind="action").order_by("pk")


@pytest.mark.parametrize("shape", SHAPES)
def test_a_list_published_at_once_is_as_if_published_one_by_one(
    shape, base, import_list, mapping, admin_user, monkeypatch
):
    text, rows = SHAPES[shape]
    name = mapping(text) if "[" in text else text
    report = import_list(name, "\n".join(rows) + "\n")
    assert (report["rejected"], imported().count()) == (0, report["created"]) or "treaty" in text
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 2, 1, tzinfo=UTC))
    monkeypatch.setattr(publication, "BATCH", 7)
    keys = list(imported().values_list("pk", "kind"))
    assert len(keys) > 0
    before = stored()
    with transaction.atomic():
        publication.publish_all(imported(), admin_user, "Why")
        call_command("check_index", verbosity=0)
        together = stored()
        transaction.set_rollback(True)
    assert stored() == before
    for pk, kind in keys:
        publication.publish([record_class(kind).objects.get(pk=pk)], admin_user, "Why")
    call_command("check_index", verbosity=0)
    alone = stored()
    assert {name for name in alone if alone[name] != together[name]} == set()
    changed = {model._meta.label for model in (Record, Revision, Entry, PublicChange, Word)}
    assert changed <= {name for name in together if together[name] != before[name]}
    assert not imported().exists()
