"""The languages of a treaty, and the sources of its texts."""

from babel.core import Locale, UnknownLocaleError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.dates import babel_locale
from core.models import NaturalKey, NaturalKeyQuerySet
from sources.models import Reference, Source


class TreatyTextQuerySet(NaturalKeyQuerySet):
    def published(self):
        return self.filter(treaty__state="published")

    def for_pages(self):
        return self.select_related("treaty", "source", "passage")


class TreatyText(NaturalKey, Reference):
    """A language of a treaty, according to a source that states it or is the text itself.

    The text, its file and its rights belong to the source; see `is_text`.
    """

    class Standing(models.TextChoices):
        AUTHENTIC = "authentic", _("authentic")
        PREVAILS = "prevails", _("authentic, prevails where texts differ")
        TRANSLATION = "translation", _("translation")
        UNKNOWN = "unknown", _("not stated whether authentic")

    KEY = ("treaty", "text_language", "source")

    treaty = models.ForeignKey(
        "treaties.Treaty", models.CASCADE, related_name="texts", verbose_name=_("treaty")
    )
    text_language = models.CharField(
        _("language of the text"), max_length=35, help_text=_("A BCP 47 tag, for example kk.")
    )
    standing = models.CharField(
        _("standing"), max_length=12, choices=Standing, default=Standing.UNKNOWN
    )

    objects = TreatyTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a treaty")
        verbose_name_plural = _("texts of treaties")
        ordering = ["treaty", "id"]
        default_related_name = "treaty_texts"
        constraints = [
            models.UniqueConstraint(
                fields=["treaty", "text_language", "source"],
                name="treaty_text_unique",
                violation_error_message=_("This source already has a text in this language."),
            ),
            models.UniqueConstraint(
                fields=["treaty"],
                condition=Q(standing="prevails"),
                name="treaty_text_one_prevails",
                violation_error_message=_("Only one text can prevail."),
            ),
        ]

    def __str__(self):
        return f"{self.treaty}: {self.text_language}"

    def get_absolute_url(self):
        return f"{self.treaty.get_absolute_url()}#texts"

    @property
    def language_name(self) -> str:
        """The name of the language in the active language, or the tag if it is unknown."""
        try:
            name = Locale.parse(self.text_language, sep="-").get_display_name(babel_locale())
        except (UnknownLocaleError, ValueError):
            name = None
        return name or self.text_language

    @property
    def is_text(self) -> bool:
        """Whether its source is the treaty's own text in this language."""
        return self.source.kind == Source.Kind.TREATY_TEXT and self.source.language in (
            "",
            self.text_language,
        )
