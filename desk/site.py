"""The editors' admin site."""

from functools import wraps

from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from core.forms import ROW_KEY
from desk import form_tools, merging, review, signin, views
from relations.second_factor import lacks_second_factor


class DeskSite(AdminSite):
    """Django's admin under this project's name, with the review queue and the import of lists."""

    site_header = _("Bilateral relations: editors' desk")
    site_title = _("Editors' desk")
    index_title = _("What do you want to add or change?")
    index_template = "admin/desk_index.html"
    login_form = signin.SignInForm

    def get_urls(self):
        pages = (
            ("import/", views.import_list, "import_list"),
            ("review/", review.queue, "review_queue"),
            ("review/<int:pk>/", review.review, "review"),
            ("review/<slug:name>/<int:pk>/", review.review_row, "review_row"),
            ("read-date/", form_tools.read_date, "read_date"),
            ("read-amount/", form_tools.read_amount, "read_amount"),
            ("locate/", form_tools.locate, "locate"),
            ("likely-duplicates/", form_tools.likely_duplicates, "likely_duplicates"),
            ("merge/<slug:kind>/", merging.merge, "merge"),
        )
        # Available between password and second factor, including signing out there.
        between = (
            ("second-factor/", signin.second_factor, "second_factor"),
            ("second-factor/new/", signin.enrol, "enrol"),
            ("sign-in/", signin.own_signin, "own_signin"),
            ("logout/", self.logout, "logout"),
            ("session/", signin.session, "session"),
        )
        return [
            *(path(route, view, name=name) for route, view, name in between),
            *(path(route, self.admin_view(view), name=name) for route, view, name in pages),
            *super().get_urls(),
        ]

    def admin_view(self, view, cacheable=False):
        """Also reject an action on rows if a key is malformed."""

        @wraps(view)
        def page(request, *args, **kwargs):
            if not all(map(ROW_KEY.fullmatch, request.POST.getlist(ACTION_CHECKBOX_NAME))):
                raise BadRequest
            return view(request, *args, **kwargs)

        return super().admin_view(page, cacheable)

    def has_permission(self, request):
        """Also require the second factor if the user needs one; each page prolongs the session."""
        if not super().has_permission(request):
            return False
        if lacks_second_factor(request.user):
            return False
        request.session.modified = True
        return True

    def login(self, request, extra_context=None):
        """Send a staff user who has given a password on to the second factor."""
        user = request.user
        if request.method == "GET" and user.is_active and user.is_staff:
            return redirect(f"{reverse('admin:second_factor')}?{request.GET.urlencode()}")
        return super().login(request, extra_context)

    def index(self, request, extra_context=None):
        desk = {"desk": review.dashboard(request.user)}
        return super().index(request, desk | (extra_context or {}))
