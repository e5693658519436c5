"""What the reversals of migrations do to stored rows of relations."""

from importlib import import_module

import pytest
from django.apps import apps

from relations import workflow
from relations.models import Disagreement
from tests.factories import EventFactory, UserFactory

pytestmark = pytest.mark.django_db

decisions_kept = import_module("relations.migrations.0019_decisions_kept")
remarks_and_publishers = import_module("relations.migrations.0021_remarks_and_publishers")


def test_without_decisions_for_no_value_these_are_undecided_again():
    rows = [
        Disagreement.objects.create(
            key=f"sum:{choice}", rule="sum", state="decided", choice=choice, reason="So it is."
        )
        for choice in ("", "figure:a")
    ]
    decisions_kept.reopen(apps, None)
    for row in rows:
        row.refresh_from_db()
    assert [row.state for row in rows] == ["undecided", "decided"]
    assert rows[0].reason == "So it is."


@pytest.mark.parametrize(
    ("remark", "after"),
    [
        ("", "date: Which day?\ntitle: Too long."),
        ("See below.", "See below.\ndate: Which day?\ntitle: Too long."),
    ],
)
def test_without_remarks_at_fields_the_remark_names_them(remark, after):
    event = EventFactory()
    workflow.submit(event, UserFactory())
    remarks = {"date": "Which day?", "title": "Too long."}
    revision = workflow.send_back(event, UserFactory(role="Reviewer"), remark, remarks)
    remarks_and_publishers.copy_remarks(apps, None)
    revision.refresh_from_db()
    assert (revision.state, revision.remark) == ("rejected", after)
