"""What readers find of treaties and their steps."""

from django.db.models import Prefetch

from core.changes import changed_of
from relations.indexes import RecordIndex
from search import models
from search.index import rows_about, tokens_of
from sources import indexes
from treaties.models import Treaty, TreatyAction, TreatyText


class TreatyIndex(RecordIndex):
    """Treaties, also by the registrations of their published steps."""

    kind = models.Kind.TREATY
    model = Treaty
    # It is then found by its registrations, and looked up by its name.
    same_when_published = False

    def words(self, row):
        yield from super().words(row)
        yield str(row.get_level_display())
        # A new treaty has no published steps.
        yield from (step.registration for step in getattr(row, "registrations", ()))

    def rows(self):
        steps = TreatyAction.objects.published().exclude(registration="").order_by("pk")
        named = Prefetch("actions", steps, to_attr="registrations")
        return super().rows().prefetch_related(named)

    def touched(self, changed):
        found = super().touched(changed)
        if steps := changed_of(TreatyAction, changed):
            treaties = TreatyAction.objects.filter(pk__in=steps).order_by()
            found |= set(treaties.values_list("treaty", flat=True))
            # Also the treaties that they belonged to before.
            found |= tokens_of(models.Kind.ACTION, steps, models.Kind.TREATY)
        return found


class TextIndex(indexes.TextIndex):
    """Texts of sources, which may be those of treaties."""

    def rows(self):
        return super().rows().prefetch_related("treaty_texts")

    def about(self, row):
        yield from super().about(row)
        yield from (("treaty", text.treaty_id) for text in row.treaty_texts.all())

    def touched(self, changed):
        found = super().touched(changed)
        if treaties := changed_of(Treaty, changed):
            texts = TreatyText.objects.filter(treaty__in=treaties).order_by()
            found |= set(texts.values_list("source", flat=True))
            found |= rows_about(models.Kind.TREATY, treaties)[self.kind]
        return found


class ActionIndex(RecordIndex):
    """Steps of treaties: parts of their treaty, with its topics."""

    kind = models.Kind.ACTION
    model = TreatyAction
    whole = ("treaty", models.Kind.TREATY)

    def rows(self):
        topics = Prefetch("treaty__topics", to_attr="listed_topics")
        rows = super().rows().select_related("relation", "party", "treaty")
        return rows.prefetch_related(topics)

    def words(self, row):
        yield from super().words(row)
        yield from (row.law, row.registration)

    def about(self, row):
        yield from super().about(row)
        yield "treaty", row.treaty_id
        # A step has the topics of its treaty too.
        for topic in row.treaty.listed_topics:
            yield "topic", topic.pk
        if row.party_id:
            kind = "country" if row.party.country_id else "organization"
            yield kind, row.party.country_id or row.party.organization_id
