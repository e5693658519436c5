"""Passages of sources, and references from values to the places where they were read."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.folding import visible
from core.models import (
    Derived,
    NaturalKey,
    NaturalKeyQuerySet,
    Released,
    ReleasedQuerySet,
)
from core.public_rows import PermanentIdentifier
from sources.locating import place_in_words, same_words, sentences_in_words
from sources.models.source import QUOTE_WORDS, Source, SourceText, check_words

OFFSETS = _("The end must come after the start.")


class PassageQuerySet(ReleasedQuerySet, NaturalKeyQuerySet):
    pass


class Passage(PermanentIdentifier, Released, NaturalKey):
    """A few words at a place in a source, shared by the citations that refer to them.

    `start` and `end` are character offsets into the text that the source's checksum identifies.
    """

    class Anchoring(models.TextChoices):
        UNCHECKED = "unchecked", _("not compared with the text")
        MATCHES = "matches", _("matches the text")
        MISMATCH = "mismatch", _("does not match the text")

    KEY = IDENTIFIER = ("source", "locator")

    source = models.ForeignKey(Source, models.CASCADE, related_name="passages")
    locator = models.CharField(
        _("place"),
        max_length=60,
        validators=[RegexValidator(r"^[A-Za-z0-9][\w.-]*$", _("Letters, digits, - . _"))],
        help_text=_("For example p3s9: paragraph 3, sentence 9."),
    )
    paragraph = models.PositiveSmallIntegerField(_("paragraph"), null=True, blank=True)
    sentence = models.PositiveSmallIntegerField(_("sentence"), null=True, blank=True)
    start = models.PositiveIntegerField(_("start"), null=True, blank=True)
    end = models.PositiveIntegerField(_("end"), null=True, blank=True)
    quote = models.CharField(
        _("words"), max_length=300, blank=True, help_text=_("The few words that state the fact.")
    )
    anchoring = models.CharField(
        _("in the text"),
        max_length=10,
        choices=Anchoring,
        default=Anchoring.UNCHECKED,
        editable=False,
    )

    objects = PassageQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["source", "start", "id"]
        indexes = [
            models.Index(fields=["anchoring"], condition=~models.Q(quote=""), name="passage_quoted")
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "locator"], name="passage_place_unique"),
            models.CheckConstraint(
                name="passage_offsets_in_order",
                condition=models.Q(start=None, end=None)
                | models.Q(start__isnull=False, end__isnull=False, end__gt=models.F("start")),
                violation_error_message=OFFSETS,
            ),
        ]

    def __str__(self):
        words = " ".join(self.quote.split()[:QUOTE_WORDS])
        return f"{self.place} “{words}”" if words else self.place

    def save(self, *args, **kwargs):
        """Save, and copy the locator to the rows that refer to this passage."""
        super().save(*args, **kwargs)
        for relation in self._meta.related_objects:
            resting = relation.related_model._base_manager.filter(**{relation.field.name: self})
            resting.exclude(locator=self.locator).update(locator=self.locator)

    def get_absolute_url(self):
        return self.source.address_of(self.locator)

    def clean(self):
        super().clean()
        if not self.source_id:
            return
        check_words(self.source, quote=self.quote)
        attached = SourceText.objects.filter(source=self.source_id).first()
        if attached:
            if self.end is not None and self.end > len(attached.text):
                raise ValidationError(
                    {
                        "end": _("The text has only %(length)d characters.")
                        % {"length": len(attached.text)}
                    }
                )
            self.anchor(attached.text)

    def anchor(self, text: str) -> None:
        """Compare the quote with the text at its offsets; without these, find its only occurrence.

        A quote that does not match is flagged for an editor, never moved.
        """
        if self.start is None and self.quote and len(found := same_words(text, self.quote)) == 1:
            self.start, self.end = found[0]
        if self.start is None and not self.quote:
            self.anchoring = self.Anchoring.UNCHECKED
        elif self.start is not None and (not self.quote or self._is_quoted(text)):
            inside = self.end <= len(text)
            self.anchoring = self.Anchoring.MATCHES if inside else self.Anchoring.MISMATCH
        else:
            self.anchoring = self.Anchoring.MISMATCH

    def _is_quoted(self, text: str) -> bool:
        words = text[self.start : self.end]
        return same_words(words, self.quote) == [(0, len(words))]

    @property
    def shown(self) -> str:
        """The quote as readers may see it."""
        return self.source.shown(self.quote)

    @property
    def place(self) -> str:
        """The place in words: "paragraph 3, sentences 1–2"."""
        if self.paragraph:
            return sentences_in_words(self.paragraph, self.sentence, self.quote)
        return place_in_words(self.locator)


class Reference(Derived):
    """A reference from a value to the place where it was read, with the words found there."""

    # How changes word values of these fields.
    WORDS = {"locator": place_in_words}

    source = models.ForeignKey(Source, models.PROTECT, verbose_name=_("source"))
    passage = models.ForeignKey(
        Passage, models.PROTECT, null=True, blank=True, verbose_name=_("passage")
    )
    locator = models.CharField(
        _("place"),
        max_length=100,
        blank=True,
        help_text=_("Page, row or article. If you choose a passage, its place is used."),
    )
    as_stated = models.CharField(
        _("as stated"), max_length=300, blank=True, help_text=_("In the words of the source.")
    )
    language = models.CharField(
        _("language"),
        max_length=35,
        blank=True,
        help_text=_("If it differs from the language of the source."),
    )
    translation = models.CharField(
        _("translation"), max_length=300, blank=True, help_text=_("Our translation of the words.")
    )
    attribution = models.CharField(
        _("according to"),
        max_length=200,
        blank=True,
        help_text=_("The person or body that the source quotes."),
    )
    inferred = models.BooleanField(
        _("inferred"),
        default=False,
        help_text=_("Not stated outright; the note says how it was inferred."),
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True

    def clean(self):
        super().clean()
        if self.source_id:
            self.check_reference()

    def check_reference(self):
        """Raise ValidationError if source, passage, quotations and note are inconsistent."""
        if self.passage_id and self.passage.source_id != self.source_id:
            raise ValidationError({"passage": _("This passage is of another source.")})
        if self.inferred and not self.note:
            raise ValidationError({"note": _("Say how the value was inferred.")})
        check_words(self.source, as_stated=self.as_stated, translation=self.translation)

    def derive(self):
        super().derive()
        if self.passage_id:
            self.locator = self.passage.locator

    @property
    def place(self) -> str:
        """The place in words, if it is known in them; otherwise as it was typed."""
        return self.passage.place if self.passage_id else place_in_words(self.locator)

    @property
    def words(self) -> str:
        """The words of the passage, as readers may see them."""
        return self.source.shown(self.passage.quote) if self.passage_id else ""

    @property
    def stated(self) -> str:
        """The value as stated, as readers may see it; empty if it equals the words."""
        stated = self.source.shown(self.as_stated)
        return "" if visible(stated) == visible(self.words) else stated

    @property
    def words_language(self) -> str:
        return self.language or self.source.language

    @property
    def place_url(self) -> str:
        return self.source.address_of(self.locator)
