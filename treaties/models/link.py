"""Links from a treaty to the earlier ones that it builds on, changes or ends."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import NaturalKey, NaturalKeyQuerySet
from relations.models import State
from sources.models import Reference


class TreatyLinkQuerySet(NaturalKeyQuerySet):
    def published(self):
        """Links between treaties that readers may see."""
        return self.filter(treaty__state=State.PUBLISHED, target__state=State.PUBLISHED)

    def for_pages(self):
        return self.select_related("treaty", "target", "source", "passage")


class TreatyLink(NaturalKey, Reference):
    """A treaty's effect on an earlier one, as a source states it."""

    class Type(models.TextChoices):
        AMENDS = "amends", _("amends")
        SUPERSEDES = "supersedes", _("supersedes")
        IMPLEMENTS = "implements", _("implements")
        PROTOCOL_TO = "protocol_to", _("protocol to")
        TERMINATES = "terminates", _("terminates")

    # The types that end the earlier treaty.
    ENDING = (Type.SUPERSEDES, Type.TERMINATES)
    KEY = ("treaty", "link_type", "target")

    treaty = models.ForeignKey(
        "treaties.Treaty", models.CASCADE, related_name="links", verbose_name=_("treaty")
    )
    link_type = models.CharField(_("link"), max_length=12, choices=Type)
    target = models.ForeignKey(
        "treaties.Treaty",
        models.PROTECT,
        related_name="links_in",
        verbose_name=_("earlier treaty"),
    )

    objects = TreatyLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link between treaties")
        verbose_name_plural = _("links between treaties")
        ordering = ["treaty", "id"]
        default_related_name = "treaty_links"
        constraints = [
            models.UniqueConstraint(
                fields=["treaty", "link_type", "target"],
                name="treaty_link_unique",
                violation_error_message=_("This link already exists."),
            ),
            models.CheckConstraint(
                name="treaty_link_of_two",
                condition=~Q(treaty=F("target")),
                violation_error_message=_("A treaty cannot be linked to itself."),
            ),
        ]

    def __str__(self):
        return f"{self.treaty} {self.get_link_type_display()} {self.target}"

    def get_absolute_url(self):
        return f"{self.treaty.get_absolute_url()}#family"

    def clean(self):
        super().clean()
        if self.treaty_id and self.target_id and self.treaty_id != self.target_id:
            self.check_acyclic()

    def check_acyclic(self):
        """Raise ValidationError if the treaty would indirectly build on itself."""
        seen, level = {self.target_id}, {self.target_id}
        while level:
            rows = TreatyLink.objects.filter(treaty__in=level).exclude(pk=self.pk)
            level = set(rows.values_list("target", flat=True)) - seen
            seen |= level
        if self.treaty_id in seen:
            raise ValidationError(
                {
                    "target": _(
                        "“%(target)s” itself builds on “%(treaty)s”, so this link would close a "
                        "circle."
                    )
                    % {"target": self.target, "treaty": self.treaty}
                }
            )

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        self.target.update_periods()

    def delete(self, *args, **kwargs):
        target = self.target
        result = super().delete(*args, **kwargs)
        target.update_periods()
        return result
