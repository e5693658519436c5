"""check_evidence: it passes for the fixtures and fails for each kind of gap."""

import pytest
from django.core.management import CommandError, call_command

from relations.models import Citation, Event
from sources.models import Passage
from tests.factories import EventFactory, FigureFactory, PassageFactory, SourceFactory
from trade.models import Figure

pytestmark = pytest.mark.django_db


def test_the_fixtures_are_fully_covered(base, capsys):
    call_command("check_evidence")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 13
    assert all(line.endswith(" 100.0 %") for line in lines)
    assert "figure                 40  100.0 %" in lines


def failure(capsys) -> str:
    with pytest.raises(CommandError, match="Evidence is missing or wrong in 1 places."):
        call_command("check_evidence")
    return capsys.readouterr().err


def test_a_published_record_without_support_fails(capsys):
    event = EventFactory(title="Alone", published=True)
    rows = Citation.objects.filter(record=event)
    rows._raw_delete(rows.db)
    assert "“Alone” needs at least one citation that supports it." in failure(capsys)


def test_a_key_field_without_support_fails(capsys):
    event = EventFactory(title="Half", published=True)
    Citation.objects.filter(record=event).update(field="date")
    assert "“Half”: no citation supports event_type." in failure(capsys)


def test_a_draft_without_support_passes(capsys):
    EventFactory()
    call_command("check_evidence")
    assert Event.objects.count() == 1


def test_a_figure_with_a_passage_of_another_source_fails(capsys):
    figure = FigureFactory(published=True)
    Figure.objects.filter(pk=figure.pk).update(passage=PassageFactory())
    assert "This passage is of another source." in failure(capsys)


def test_a_quotation_that_no_longer_matches_fails(capsys):
    passage = PassageFactory(source=SourceFactory(slug="gazette"), locator="p1s1")
    Passage.objects.filter(pk=passage.pk).update(anchoring="mismatch")
    assert "gazette p1s1: does not match the text" in failure(capsys)


def test_an_overlong_quotation_fails(capsys):
    passage = PassageFactory(source=SourceFactory(slug="gazette"), locator="p1s1")
    Passage.objects.filter(pk=passage.pk).update(quote="word " * 13)
    assert "gazette p1s1: more than 12 words" in failure(capsys)
