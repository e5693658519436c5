from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("desk")


class DeskAdminConfig(AdminConfig):
    """Django's admin on the desk's own site."""

    default_site = "desk.site.DeskSite"
