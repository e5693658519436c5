"""The calls of the API."""

from urllib.parse import urlencode

from django.conf import settings
from django.forms import ChoiceField, Form, ModelChoiceField
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from api import cursors
from api.forms import (
    CHANGES,
    USUAL,
    OnDayForm,
    OrderForm,
    PageForm,
    SelectionForm,
    SinceForm,
    takes_several,
)
from api.middleware import OPENAPI
from api.problems import KINDS, Problem
from api.resources import CHANGE, IN_FORCE, RESOURCES, TIMELINE_ORDERS, Resource
from api.schema import document, operations
from api.selection import Selection
from core.dates import today
from core.exports import LICENCE, json_response, origin_of, with_origin
from core.models import PublicChange
from core.parameters import accepts
from portal import timeline
from portal.filters import TimelineFilter
from portal.search import SearchForm
from portal.search_results import named, page, results, rows_about
from portal.serializers import entry
from portal.serializers import result as search_result
from relations import serializers
from relations.models import Relation
from relations.pairs import find_pair, people_of
from relations.scopes import of_pair
from search.results import Cursor
from trade.pairs import mirror_form, mirrored
from trade.serializers import reflection
from treaties.models import Treaty
from treaties.standings import Standings

# How many choices a message names.
FEW = 60


@method_decorator(csrf_exempt, name="dispatch")
class Call(View):
    """A call of the API: read-only, with errors as problem details."""

    http_method_names = ["get", "head", "options"]

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        except Problem as problem:
            return problem.response()
        except Http404 as error:
            return Problem(404, str(error)).response()

    def http_method_not_allowed(self, request, *args, **kwargs):
        allowed = ", ".join(self._allowed_methods())
        detail = _("The API is read-only. Use one of these methods: %(allowed)s.")
        return Problem(405, detail % {"allowed": allowed}).response(Allow=allowed)


def checked(request: HttpRequest, *forms: Form) -> dict:
    """The values of forms that are bound to the query of a request. Raises Problem with the
    messages of all forms, and for parameters that none of them has."""
    known, errors, values = sorted({name for form in forms for name in form.fields}), {}, {}
    for name in sorted(set(request.GET) - {*known}):
        errors[name] = [unknown_parameter(known)]
    for name, found in ((name, found) for form in forms for name, found in form.fields.items()):
        if len(request.GET.getlist(name)) > 1 and not takes_several(found):
            errors[name] = [_("This parameter may be given only once.")]
    for form in forms:
        errors |= {name: messages_of(form, name) for name in form.errors if name not in errors}
        values |= getattr(form, "cleaned_data", {})
    if errors:
        raise Problem.of_errors(errors)
    return values


def messages_of(form: Form, name: str) -> list[str]:
    """The messages about a parameter; about one of a few choices, also the choices."""
    messages, found = list(map(str, form.errors[name])), form.fields.get(name)
    if isinstance(found, ChoiceField) and not isinstance(found, ModelChoiceField):
        choices = [str(value) for value, _label in found.choices if value != ""]
        if 0 < len(choices) <= FEW:
            messages.append(_("Choose among: %(choices)s.") % {"choices": ", ".join(choices)})
    return messages


def unknown_parameter(known: list[str]) -> str:
    message = _("This call has no such parameter. It has: %(known)s.")
    return message % {"known": ", ".join(known) or _("none")}


class ListCall(Call):
    """A list of a resource: filtered, ordered, one page at a time."""

    resource: Resource = None

    def get(self, request):
        resource, query = self.resource, request.GET
        filterset = resource.filters(query, queryset=resource.rows(), request=request)
        forms = [filterset.form, PageForm(query), SelectionForm(query)]
        if resource.orders:
            forms.append(OrderForm(query, orders=resource.orders))
        values = checked(request, *forms)
        selection = Selection.of(resource.shape, values["fields"], values["expand"])
        rows = filterset.qs
        if resource.orders:
            order = values["order"] or next(iter(resource.orders))
            rows = rows.order_by(*resource.orders[order])
        limit = values["limit"] or USUAL
        found, cursor = cursors.page(rows, limit, values["cursor"], place(request))
        return listed(request, selection.serialize(found), cursor)


def place(request: HttpRequest) -> str:
    """The list of a request with its order and filters, for which its cursors are valid."""
    others = ("cursor", "limit", "fields", "expand")
    query = [(name, rows) for name, rows in sorted(request.GET.lists()) if name not in others]
    return f"{request.path}?{urlencode(query, doseq=True)}"


def listed(request: HttpRequest, items: list[dict], cursor: str, **more) -> HttpResponse:
    """A page of a list; the next one has the same parameters and another cursor."""
    following = address_with(request, "cursor", cursor) if cursor else None
    content = {"licence": LICENCE, **more, "items": items, "next": following}
    response = json_response(request, content)
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


def address_with(request: HttpRequest, name: str, value) -> str:
    """The absolute address of a request with another value of one parameter."""
    query = request.GET.copy()
    query[name] = value
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


class RowCall(Call):
    """One row of a resource. Merged rows redirect to the row that stayed, and withdrawn ones
    answer 410 with the date and the reason."""

    resource: Resource = None

    def get(self, request, id):
        resource, query = self.resource, request.GET
        values = checked(request, SelectionForm(query), resource.row_form(query))
        selection = Selection.of(resource.shape, values["fields"], values["expand"])
        row = resource.find(id, values)
        if row is None:
            return self.moved_or_gone(request, id)
        return json_response(request, selection.serialize([row])[0])

    def moved_or_gone(self, request, id):
        """The answer for an identifier that readers do not see."""
        page = self.resource.page and self.resource.page()
        if page and "\0" not in id:
            page.setup(request, slug=id)
            if page.merges_as and (stays := page.stays(id)):
                address = reverse(request.resolver_match.view_name, args=[stays.slug])
                query = request.META.get("QUERY_STRING", "")
                return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
            if gone := page.gone(id):
                more = {"withdrawn": with_origin(gone, origin_of(request))}
                raise Problem(410, _("This was withdrawn."), more=more)
        raise Http404(_("Nothing that readers may see has this address."))


class PairCall(Call):
    """A call about two countries, in the order of their pair; the other order redirects."""

    @staticmethod
    def scopes(id, **_arguments):
        """What the call shows: that of the pair."""
        return of_pair(id)

    def dispatch(self, request, *args, id, **kwargs):
        try:
            self.pair = find_pair(id)
        except Http404 as error:
            return Problem(404, str(error)).response()
        if self.pair.slug != id:
            address = request.get_full_path().replace(f"/{id}/", f"/{self.pair.slug}/", 1)
            return HttpResponsePermanentRedirect(address)
        return super().dispatch(request, *args, **kwargs)


class PairRow(PairCall):
    """A pair; every two countries have one."""

    def get(self, request):
        values = checked(request, SelectionForm(request.GET))
        selection = Selection.of(serializers.relation, values["fields"], values["expand"])
        counted = Relation.objects.filter(pk=self.pair.pk)
        entries = counted.values_list("statistics__entries", flat=True).first()
        self.pair.entries = entries or 0
        return json_response(request, selection.serialize([self.pair])[0])


class InForceCall(PairCall):
    """The treaties that are in force between two countries on a day, certainly or possibly."""

    def get(self, request):
        values = checked(request, OnDayForm(request.GET), SelectionForm(request.GET))
        day, both = values["on"] or today(), (self.pair.country_a, self.pair.country_b)
        selection = Selection.of(IN_FORCE, values["fields"], values["expand"])
        keys = list(Treaty.objects.of_pair(*both).values_list("pk", flat=True))
        standings = Standings(keys, day, *both)
        bound = [pk for pk in keys if standings.of(pk).possibly_binds]
        rows = Treaty.objects.filter(pk__in=bound).for_pages().newest_first()
        rows = list(rows.prefetch_related("topics"))
        standings.annotate(rows)
        content = {
            "licence": LICENCE,
            "relation": self.pair.slug,
            "on": day.isoformat(),
            "items": selection.serialize(rows),
        }
        return json_response(request, content)


class MirrorCall(PairCall):
    """What each side of a pair reports of the same trade."""

    def get(self, request):
        form = mirror_form(self.pair, request.GET)
        checked(request, form)
        items = [reflection(row) for row in mirrored(self.pair, form)]
        content = {"licence": LICENCE, "relation": self.pair.slug, "items": items}
        return json_response(request, content)


class TimelineCall(PairCall):
    """The entries of a pair's timeline: records of all kinds in one sequence."""

    def get(self, request):
        query = request.GET
        streams = [TimelineFilter(query, queryset=rows) for rows in timeline.streams(self.pair)]
        for stream in streams:
            stream.form.fields["person"].queryset = people_of(self.pair)
        order = OrderForm(query, orders=TIMELINE_ORDERS)
        values = checked(request, PageForm(query), order, *(stream.form for stream in streams))
        after, here = values["cursor"], place(request)
        if after:
            after = timeline.Cursor(*cursors.read(after, here))
        found = timeline.page(
            [stream.qs for stream in streams],
            after=after or None,
            oldest_first=values["order"] == "oldest",
            size=values["limit"] or USUAL,
            with_related=True,
        )
        items = [entry(row) for row in found.entries]
        cursor = found.next and cursors.written([found.next.sort_key, found.next.id], here)
        return listed(request, items, cursor or "", relation=self.pair.slug)


class SearchCall(Call):
    """A search over everything published."""

    def get(self, request):
        query = request.GET.copy()
        # The form names the cursor as pages do.
        cursors_in_query = query.pop("cursor", [])
        if "after" in query:
            known = sorted({*SearchForm.base_fields, *PageForm.base_fields} - {"after"})
            raise Problem.of_errors({"after": [unknown_parameter(known)]})
        here, paging = place(request), PageForm(request.GET)
        if len(cursors_in_query) == 1 and cursors_in_query[0]:
            first, pk = cursors.read(cursors_in_query[0], here)
            query["after"] = str(Cursor(first, pk))
        form = SearchForm(query)
        values = checked(request, form, paging)
        if form.is_empty:
            return listed(request, [], "")
        limit = values["limit"] or USUAL
        found = page(form.search, form.by, form.cleaned_data["after"], limit=limit)
        names = named(rows_about(found.entries))
        items = [search_result(row) for row in results(form.search, found.entries, names)]
        cursor = found.next and cursors.written([found.next.first, found.next.pk], here)
        return listed(request, items, cursor or "")


class ChangesCall(Call):
    """The log of public changes, oldest first, each row once with its latest change."""

    def get(self, request):
        values = checked(request, SinceForm(request.GET))
        since, limit = values["since"] or 0, values["limit"] or CHANGES
        if since and since > (last := PublicChange.objects.newest()):
            message = _("The log ends at %(last)d. Read it from 0 again.")
            raise Problem.of_errors({"since": [message % {"last": last}]})
        found = list(PublicChange.objects.since(since)[: limit + 1])
        more, found = len(found) > limit, found[:limit]
        newest = found[-1].pk if found else since
        following = address_with(request, "since", newest) if more else None
        items = [CHANGE(row) for row in found]
        content = {"licence": LICENCE, "newest": newest, "items": items, "next": following}
        return json_response(request, content)


class SchemaCall(Call):
    """The OpenAPI description of the API."""

    def get(self, request):
        checked(request)
        response = JsonResponse(document(request), json_dumps_params={"ensure_ascii": False})
        response["Content-Type"] = OPENAPI
        return response


@accepts()
@require_safe
def documentation(request):
    """How to use the API, and a page to try it."""
    calls = [one for one in operations() if one.path != "/api/v1/"]
    context = {"calls": calls, "kinds": KINDS.items(), "rate": settings.API_RATE}
    return render(request, "api/documentation.html", context)


class RootCall(Call):
    """What the API offers: the address of each list, of the search and of the schema."""

    def get(self, request):
        checked(request)
        content = {
            "licence": LICENCE,
            "resources": [
                {
                    "name": resource.name,
                    "url": reverse(f"api:{resource.name}"),
                    "description": resource.help,
                }
                for resource in RESOURCES
            ],
            "changes": {"url": reverse("api:changes")},
            "search": {"url": reverse("api:search")},
            "schema": {"url": reverse("api:schema")},
            "documentation": {"url": reverse("api:documentation")},
        }
        return json_response(request, content)
