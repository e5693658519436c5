"""What treaties do when a country changes, and after migrations."""

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate, post_save, pre_save
from django.dispatch import receiver

from relations.models import Country
from treaties.models import FacetCounts, Treaty
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


def derive_missing_periods(plan=(), **kwargs):
    """Derive the periods of treaties that have none, after a migration has deleted them all."""
    if not plan or any(backwards for _migration, backwards in plan) or outstanding():
        return
    bare = Treaty.objects.published().filter(periods=None)
    update_periods(bare.values_list("pk", flat=True))


def count_missing_facets(plan=(), **kwargs):
    """Count the facets of all treaties after a migration has made or emptied their table."""
    if plan and not outstanding() and not FacetCounts.objects.exists():
        FacetCounts.objects.recount(Treaty.objects.published().values_list("pk", flat=True))


def outstanding() -> bool:
    """Whether the database is not at the newest migrations."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


for function in (derive_missing_periods, count_missing_facets):
    post_migrate.connect(function, sender=apps.get_app_config("treaties"))
