"""Sources, and the texts and files from which they are read."""

import hashlib
from urllib.parse import quote_plus

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import BOUNDS, DerivedField, EdtfField, SortKeyField
from core.folding import fold, visible
from core.models import (
    BySlug,
    Derived,
    NaturalKey,
    Proposable,
    Released,
    ReleasedBySlugQuerySet,
)

# The fields of a reference that hold a quotation or its translation.
QUOTED = ("as_stated", "translation")
# The most consecutive words that may be shown of a source that is not open.
QUOTE_WORDS = 12


def check_words(source: "Source", **texts: str) -> None:
    """Raise ValidationError, keyed by field, for a quotation too long for its source's rights."""
    for name, text in texts.items():
        words = len(text.split())
        if words > QUOTE_WORDS and not source.is_open:
            raise ValidationError(
                {
                    name: _(
                        "%(words)d words are too many. At most %(most)d words of this source may "
                        "be quoted, because of its rights: %(rights)s."
                    )
                    % {
                        "words": words,
                        "most": QUOTE_WORDS,
                        "rights": source.get_rights_display(),
                    }
                }
            )


class Source(Released, Proposable, BySlug):
    """A document or data set that values are read from."""

    CHILDREN = ("passages", "synopsis")
    NAMES = ("title", "author", "publisher")
    # The import of a list sets the one, and a new text the other.
    UNVERSIONED = ("accessed", "checksum")

    class Kind(models.TextChoices):
        TREATY_TEXT = "treaty_text", _("treaty text")
        OFFICIAL = "official", _("official statement")
        STATISTICS = "statistics", _("statistics")
        NEWS = "news", _("news")
        OP_ED = "op_ed", _("opinion article")
        ENCYCLOPEDIA = "encyclopedia", _("encyclopedia")
        DATA_SET = "data_set", _("data set")
        ACADEMIC = "academic", _("academic work")

    class Grade(models.TextChoices):
        """How close a source is to the events that it reports."""

        PRIMARY = "primary", _("primary: the act itself, or a participant's account")
        SECONDARY = "secondary", _("secondary: reports of what others did")
        TERTIARY = "tertiary", _("tertiary: compiled from other sources")

    class Rights(models.TextChoices):
        PUBLIC_DOMAIN = "public_domain", _("public domain")
        OPEN = "open", _("open licence")
        RESERVED = "reserved", _("all rights reserved")
        UNKNOWN = "unknown", _("rights unknown")

    title = models.CharField(_("title"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    grade = models.CharField(
        _("grade"), max_length=9, choices=Grade, blank=True, help_text=_("Blank: not graded.")
    )
    author = models.CharField(_("author"), max_length=200, blank=True)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    language = models.CharField(
        _("language"), max_length=35, blank=True, help_text=_("A BCP 47 tag, for example az or ru.")
    )
    date = EdtfField(
        _("date"),
        columns=BOUNDS,
        help_text=_("Date of publication, as precisely as the source states it."),
    )
    sort_key = SortKeyField("date", db_index=True)
    accessed = models.DateField(_("last checked"), null=True, blank=True)
    rights = models.CharField(_("rights"), max_length=16, choices=Rights, default=Rights.UNKNOWN)
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    disclaimer = models.TextField(
        _("disclaimer"), blank=True, help_text=_("What the source says about itself, in our words.")
    )
    note = models.TextField(_("note"), blank=True)
    checksum = models.CharField(
        _("SHA-256 of the text"),
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"^[0-9a-f]{64}$", _("64 hexadecimal digits in lower case."))],
    )
    erased_on = models.DateField(_("text erased on"), null=True, editable=False)

    objects = ReleasedBySlugQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["-sort_key", "-id"]
        constraints = [
            models.CheckConstraint(
                name="source_open_licence_named",
                condition=~models.Q(rights="open") | ~models.Q(licence=""),
                violation_error_message=_("Name the open licence."),
            ),
            models.CheckConstraint(
                name="source_grade_known",
                condition=models.Q(grade__in=["", "primary", "secondary", "tertiary"]),
            ),
        ]

    def __str__(self):
        return self.title

    def derive(self):
        super().derive()
        self.url = visible(self.url)

    @property
    def is_open(self) -> bool:
        """Whether its text may be shown in full."""
        return self.rights in (self.Rights.PUBLIC_DOMAIN, self.Rights.OPEN)

    def address_of(self, locator: str) -> str:
        """The address that leads to a place in the pages of the source; blank: to the source."""
        return self.get_absolute_url() + (locator and f"?place={quote_plus(locator)}")

    def shown(self, words: str) -> str:
        """Words of this source as readers may see them: truncated if it is not open."""
        if self.is_open or len(words.split()) <= QUOTE_WORDS:
            return words
        return " ".join(words.split()[:QUOTE_WORDS]) + " …"


def text_digest(text: str) -> str:
    """A hash of a text, regardless of case, accents, spaces and line breaks."""
    return hashlib.sha256(fold(text).encode()).hexdigest()


class DigestField(DerivedField, models.CharField):
    """The hash of the text in another column, to find the same text again."""

    def __init__(self, *of, **kwargs):
        super().__init__(*of, **{"max_length": 64, "db_index": True, **kwargs})

    def compute(self, text):
        return text_digest(text)


class SourceText(Derived):
    """The text of a source: public if its rights allow it, otherwise for editors only."""

    source = models.OneToOneField(Source, models.CASCADE, related_name="full_text")
    text = models.TextField(_("text"))
    # What the text leaves out of its file, or may have wrong, in sentences for editors.
    warnings = models.JSONField(_("warnings"), default=list, blank=True)
    digest = DigestField("text")

    class Meta:
        verbose_name = _("text of a source")
        verbose_name_plural = _("texts of sources")

    def __str__(self):
        return str(self.source_id)


class SourceFile(models.Model):
    """The file that a source's text was extracted from, stored where no web server serves it.

    One view serves it: to everybody if the rights allow it, otherwise to editors only.
    """

    class MediaType(models.TextChoices):
        PDF = "application/pdf", "PDF"
        DOCX = (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            _("Word document"),
        )
        HTML = "text/html", _("web page")
        MHTML = "multipart/related", _("saved web page")
        TEXT = "text/plain", _("plain text")

    source = models.OneToOneField(Source, models.CASCADE, related_name="attached_file")
    file = models.FileField(_("file"), max_length=150)
    media_type = models.CharField(_("type"), max_length=100, choices=MediaType)
    size = models.PositiveIntegerField(_("size in bytes"))

    class Meta:
        verbose_name = _("file of a source")
        verbose_name_plural = _("files of sources")

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        """The file name of the download."""
        ending = self.MediaType(self.media_type).name.lower()
        return f"{self.source.slug}.{'txt' if ending == 'text' else ending}"


class Synopsis(NaturalKey):
    """A summary of a paragraph in our words, shown in place of text that is not open."""

    KEY = ("source", "paragraph")

    source = models.ForeignKey(Source, models.CASCADE, related_name="synopsis")
    paragraph = models.PositiveSmallIntegerField(_("paragraph"))
    text = models.TextField(_("in our words"))

    class Meta:
        verbose_name = _("synopsis of a paragraph")
        verbose_name_plural = _("synopses of paragraphs")
        ordering = ["source", "paragraph"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "paragraph"], name="synopsis_paragraph_unique"
            )
        ]

    def __str__(self):
        return str(self.paragraph)
