"""The editors' admin site."""

from functools import wraps

from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django_otp.middleware import OTPMiddleware

from core.forms import ROW_KEY
from desk import form_tools, merging, review, signin, source_review
from desk.imports import views as imports
from desk.resubmission import CARRIED_FORM, sign_in_request
from desk.workbench import views as workbench
from relations.second_factor import lacks_second_factor
from search.lookup import kinds_of, look_up


class DeskSite(AdminSite):
    """Django's admin under this project's name, with the review queue and the import of lists."""

    site_header = _("Bilateral relations: editors' desk")
    site_title = _("Editors' desk")
    index_title = _("What do you want to add or change?")
    index_template = "admin/desk_index.html"
    login_form = signin.SignInForm

    def get_urls(self):
        pages = (
            ("import/", imports.import_list, "import_list"),
            ("import/<slug:token>/", imports.describe_list, "describe_list"),
            ("import/<slug:token>/names/", imports.accept_names, "accept_names"),
            ("import/<slug:token>/rejects.csv", imports.rejects, "import_rejects"),
            ("review/", review.queue, "review_queue"),
            ("review/<int:pk>/", review.review, "review"),
            ("review/document/<int:pk>/", source_review.review_source, "review_source"),
            ("review/<slug:name>/<int:pk>/", review.review_row, "review_row"),
            ("read-date/", form_tools.read_date, "read_date"),
            ("read-amount/", form_tools.read_amount, "read_amount"),
            ("locate/", form_tools.locate, "locate"),
            ("quotable/", form_tools.quotable, "quotable"),
            ("likely-duplicates/", form_tools.likely_duplicates, "likely_duplicates"),
            ("merge/<slug:kind>/", merging.merge, "merge"),
            ("workbench/<int:pk>/", workbench.workbench, "workbench"),
            ("workbench/<int:pk>/card/", workbench.new_card, "workbench_card"),
        )
        # Available between password and second factor, including signing out there.
        between = (
            ("second-factor/", signin.second_factor, "second_factor"),
            ("second-factor/new/", signin.enrol, "enrol"),
            ("sign-in/", signin.own_signin, "own_signin"),
            ("logout/", self.logout, "logout"),
            ("session/", signin.session, "session"),
            # Its answer says that the session has ended: it does not carry the entries to sign-in.
            ("unsaved/", form_tools.keep_entries, "unsaved"),
        )
        return [
            *(path(route, view, name=name) for route, view, name in between),
            *(path(route, self.admin_view(view), name=name) for route, view, name in pages),
            *super().get_urls(),
        ]

    def admin_view(self, view, cacheable=False):
        """Also reject an action on rows if a key is malformed, and carry a form that was sent after
        its session had ended through the sign-in."""

        @wraps(view)
        def page(request, *args, **kwargs):
            if not all(map(ROW_KEY.fullmatch, request.POST.getlist(ACTION_CHECKBOX_NAME))):
                raise BadRequest
            return view(request, *args, **kwargs)

        checked = super().admin_view(page, cacheable)

        @wraps(checked)
        def carried(request, *args, **kwargs):
            ended = request.method == "POST" and not self.has_permission(request)
            sign_in = sign_in_request(request) if ended else None
            return self.login(sign_in) if sign_in else checked(request, *args, **kwargs)

        return carried

    def look_up(self, queryset, text, further):
        """The rows of a queryset that match a text, and `further` ones that an admin has found; for
        a model that is not in the search index, only those."""
        return look_up(queryset, text, further) if kinds_of(queryset.model) else further

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
        if CARRIED_FORM in request.POST:
            return self._login_with_form(request, extra_context)
        user = request.user
        if request.method == "GET" and user.is_active and user.is_staff:
            return redirect(f"{reverse('admin:second_factor')}?{request.GET.urlencode()}")
        return super().login(request, extra_context)

    def _login_with_form(self, request, extra_context):
        """The sign-in of a user whose form was sent too late; its pages carry the form."""
        address = f"{reverse('admin:login')}?{urlencode({'next': signin.onward(request)})}"
        context = (extra_context or {}) | {"app_path": address}
        if request.method == "GET" and request.user.is_active and request.user.is_staff:
            return signin.second_factor(request)
        response = super().login(request, context)
        if response.status_code != 302:
            return response
        # The middleware has not seen this user yet.
        return OTPMiddleware(signin.second_factor)(request)

    def index(self, request, extra_context=None):
        desk = {"desk": review.dashboard(request.user)}
        return super().index(request, desk | (extra_context or {}))
