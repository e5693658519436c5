"""Build all public pages anew after a change of the database by other means."""

from django.core.management.base import BaseCommand
from django.db import transaction

from core.models import ALL_PAGES, PageVersion


class Command(BaseCommand):
    help = (
        "Build all public pages anew: needed only after rows were changed in the database itself."
    )

    @transaction.atomic
    def handle(self, **options):
        PageVersion.objects.step({ALL_PAGES})
