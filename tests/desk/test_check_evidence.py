"""check_evidence: full coverage of the base, and failure on each kind of gap."""

import pytest
from django.core.management import CommandError, call_command

from relations.models import Citation, Event
from sources.models import Passage
from tests.factories import EventFactory, FigureFactory, PassageFactory, SourceFactory
from trade.models import Figure

pytestmark = pytest.mark.django_db


def test_the_base_is_covered_whole(base, capsys):
    call_command("check_evidence")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 13
    assert all(line.endswith(" 100.0 %") for line in lines)
    assert "figure                 40  100.0 %" in lines


def fails(capsys) -> str:
    with pytest.raises(CommandError, match="Evidence is missing or wrong in 1 places."):
        call_command("check_evidence")
    return capsys.readouterr().err


def test_a_published_record_without_support_fails_it(capsys):
    event = EventFactory(title="Alone", published=True)
    rows = Citation.objects.filter(record=event)
    rows._raw_delete(rows.db)
    assert "“Alone” needs at least one citation that supports it." in fails(capsys)


def test_a_key_field_without_support_fails_it(capsys):
    event = EventFactory(title="Half", published=True)
    Citation.objects.filter(record=event).update(field="date")
    assert "“Half”: no citation supports event_type." in fails(capsys)


def test_a_draft_does_not(capsys):
    EventFactory()
    call_command("check_evidence")
    assert Event.objects.count() == 1


def test_a_figure_whose_passage_is_of_another_source_fails_it(capsys):
    figure = FigureFactory(published=True)
    Figure.objects.filter(pk=figure.pk).update(passage=PassageFactory())
    assert "This passage is of another source." in fails(capsys)


def test_a_quotation_that_no_longer_matches_fails_it(capsys):
    passage = PassageFactory(source=SourceFactory(slug="gazette"), locator="p1s1")
    Passage.objects.filter(pk=passage.pk).update(anchoring="mismatch")
    assert "gazette p1s1: does not match the text" in fails(capsys)


def test_too_long_a_quotation_fails_it(capsys):
    passage = PassageFactory(source=SourceFactory(slug="gazette"), locator="p1s1")
    Passage.objects.filter(pk=passage.pk).update(quote="word " * 13)
    assert "gazette p1s1: more than 12 words" in fails(capsys)
