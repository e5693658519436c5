"""The editors' admin site."""

from django.contrib.admin import AdminSite
from django.urls import path
from django.utils.translation import gettext_lazy as _

from desk import views


class DeskSite(AdminSite):
    """Django's admin under this project's name, with the import of lists."""

    site_header = _("Bilateral relations: editors' desk")
    site_title = _("Editors' desk")
    index_title = _("What do you want to add or change?")
    index_template = "admin/desk_index.html"

    def get_urls(self):
        page = self.admin_view(views.import_list)
        return [path("import/", page, name="import_list"), *super().get_urls()]
