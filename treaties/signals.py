"""What treaties do when a country changes."""

from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from relations.models import Country
from treaties.models import Treaty
from treaties.models.treaty import update_periods


@receiver(pre_save, sender=Country)
def compare_lifetime(instance, raw, **kwargs):
    """Note whether the days on which the country came into being or ceased to exist change."""
    stored = None if raw else Country.objects.filter(pk=instance.pk).first()
    instance.lifetime_changed = stored is not None and (
        (stored.date, stored.until) != (instance.date, instance.until)
    )


@receiver(post_save, sender=Country)
def update_treaties(instance, **kwargs):
    """Derive the periods of its treaties again: nothing binds a state outside its lifetime."""
    if instance.lifetime_changed:
        treaties = Treaty.objects.published().filter(parties__country=instance)
        update_periods(treaties.values_list("pk", flat=True))
