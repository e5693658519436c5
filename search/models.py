"""The search index: an entry for each thing that can be found, its names, and known words.

Only search.index and search.rebuilding write these tables. They hold nothing that is not in other
tables, so `manage.py rebuild_index` can make them again at any time.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import BOUNDS, EdtfField
from core.models import BINARY
from search.match import Match


class Kind(models.TextChoices):
    """What an entry is about. The order is that of equally relevant results."""

    COUNTRY = "country", _("country")
    PAIR = "pair", _("pair of countries")
    ORGANIZATION = "organization", _("organization")
    PERSON = "person", _("person")
    TOPIC = "topic", _("topic")
    TREATY = "treaty", _("treaty")
    VISIT = "visit", _("visit")
    EVENT = "event", _("event")
    MEMBERSHIP = "membership", _("membership")
    MISSION = "mission", _("mission")
    OFFICE = "office", _("office")
    ACTION = "action", _("treaty action")
    INDICATOR = "indicator", _("indicator")
    COMMODITY = "commodity", _("commodity")
    SOURCE = "source", _("source")
    PASSAGE = "passage", _("passage")
    TEXT = "text", _("text")
    FIGURE = "figure", _("figure")
    GOOD = "good", _("traded goods")


class EntryQuerySet(models.QuerySet):
    def matching(self, match: Match):
        """Entries that match; see search.query for matches of what a reader has typed."""
        return self.filter(pk__matches=match)


class Entry(models.Model):
    """One thing that can be found: a row of another table, or a part of a long text.

    The texts are shown to readers; the `…_keys` hold the keys of their words (search.words) in the
    same order. `about` holds a token (search.match) for each row that the entry is about and for
    what it is filtered by. The primary key is the place among equally relevant results
    (search.index.place).
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind)
    row = models.BigIntegerField()
    public = models.BooleanField()
    slug = models.CharField(max_length=255)
    url = models.TextField()
    language = models.CharField(max_length=35, blank=True)
    date = EdtfField(columns=(*BOUNDS, "sort_key", "year"))
    until = EdtfField(open_end=True, columns=BOUNDS)
    # Before the long texts: SQLite reads a row from its start, and facets read this alone.
    about = models.TextField()
    title = models.TextField()
    # One name on each line. Those in `aliases` are looked up, but not shown or searched for words.
    names = models.TextField(blank=True)
    aliases = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    text = models.TextField(blank=True)
    title_keys = models.TextField()
    names_keys = models.TextField(blank=True)
    summary_keys = models.TextField(blank=True)
    text_keys = models.TextField(blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the search index")
        verbose_name_plural = _("entries of the search index")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["kind", "row"], name="entry_row"),
            models.Index(fields=["public", "sort_key", "id"], name="entry_newest"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return self.url


class Name(models.Model):
    """A name of an entry that is looked up by name, as the keys of its words.

    `whole` is false for a single word of a name, under which people are found too. The primary keys
    are in the order of entries, so that suggestions are found in order, without sorting.
    """

    id = models.BigIntegerField(primary_key=True)
    # search.index deletes the names first: a cascade would fetch all texts of the entries.
    entry = models.ForeignKey(Entry, models.DO_NOTHING, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    public = models.BooleanField()
    keys = models.TextField(db_collation=BINARY)
    whole = models.BooleanField()

    class Meta:
        verbose_name = _("name in the search index")
        verbose_name_plural = _("names in the search index")
        indexes = [models.Index(fields=["keys"], name="name_keys")]

    def __str__(self):
        return self.keys


class Rebuild(models.Model):
    """How far a rebuild of the index has come: the last row that it has written. The migration that
    makes the tables adds the only row, and it goes when a rebuild ends (search.rebuilding)."""

    kind = models.CharField(max_length=12, choices=Kind)
    row = models.BigIntegerField()

    def __str__(self):
        return f"{self.kind} {self.row}"


class Word(models.Model):
    """A word of public entries, from which corrections are taken. Before one is shown, the index
    must still find it: words stay here when their entries go."""

    word = models.CharField(max_length=40, unique=True, db_collation=BINARY)
    size = models.PositiveSmallIntegerField(db_index=True)

    class Meta:
        verbose_name = _("word in the search index")
        verbose_name_plural = _("words in the search index")

    def __str__(self):
        return self.word
