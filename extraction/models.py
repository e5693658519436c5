"""What editors have decided about the sentences of a source while they read it."""

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from sources.models import Source


class Reading(models.Model):
    """Base class of an editor's decision about what a source says. `digest` is a hash
    (sources.models.text_digest), so that the decision holds when the text is attached again."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class RejectedSuggestion(Reading):
    """A suggestion that is not offered again: the digest is that of its kind and values."""

    class Meta:
        verbose_name = _("rejected suggestion")
        verbose_name_plural = _("rejected suggestions")
        constraints = [UniqueConstraint(fields=["source", "digest"], name="rejected_once")]

    def __str__(self):
        return self.digest


class SentenceWithoutFact(Reading):
    """A sentence that an editor has read and that states no fact for a record: the digest is that
    of its words."""

    class Meta:
        verbose_name = _("sentence without a fact")
        verbose_name_plural = _("sentences without a fact")
        constraints = [UniqueConstraint(fields=["source", "digest"], name="without_fact_once")]

    def __str__(self):
        return self.digest
