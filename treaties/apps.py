from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TreatiesConfig(AppConfig):
    name = "treaties"
    verbose_name = _("treaties")

    def ready(self):
        import_module("treaties.signals")
