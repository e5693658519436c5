"""The editors' admin site."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class DeskSite(AdminSite):
    """Django's admin under this project's name."""

    site_header = _("Bilateral relations: editors' desk")
    site_title = _("Editors' desk")
    index_title = _("What do you want to add or change?")
