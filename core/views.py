"""The base class of all list pages."""

from django.core.paginator import Page, Paginator
from django.forms import Form
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views.generic import ListView

from core.exports import download, file_name, refuse_unknown
from core.filters import FacetedFilter


class Pages(Paginator):
    """Pages of a queryset, found by primary keys only and from the nearer end, so that only the
    rows of the page itself are fetched. The order must be total.

    `walked` is a queryset of the same rows in the same order, from fewer tables if possible.
    """

    def __init__(self, object_list, per_page, walked=None, **kwargs):
        super().__init__(object_list, per_page, **kwargs)
        self.walked = object_list if walked is None else walked

    @cached_property
    def count(self):
        return self.walked.count()

    def page(self, number):
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        keys = self._keys(start, min(start + self.per_page, self.count))
        found = self.object_list.order_by().in_bulk(keys)
        # Rows may have been withdrawn since their keys were read.
        return Page([found[key] for key in keys if key in found], number, self)

    def _keys(self, start, stop):
        keys = self.walked.values_list("pk", flat=True)
        if start + stop <= self.count:
            return list(keys[start:stop])
        return list(keys.reverse()[self.count - stop : self.count - start])[::-1]


class ListPage(ListView):
    """A filtered, paginated list that is also a CSV and a JSON file.

    Subclasses define `filterset_class`, `serialize` (from an object to its public dict) and a
    queryset that fetches the data that both need. An invalid filter value is answered with 400.
    """

    paginate_by = 50
    filterset_class = None
    serialize = None

    def get(self, request, *args, form="html", **kwargs):
        self.filterset = self.filterset_class(
            request.GET, queryset=self.get_queryset(), request=request
        )
        if form != "html":
            refuse_unknown(self.filterset.form, *self.filterset.form.fields, "page")
        self.valid = self.filterset.is_valid()
        found = self.filterset.qs if self.valid else self.filterset.queryset.none()
        if form != "html" and self.valid:
            found = self.with_related(found).iterator(chunk_size=1000)
            rows = (type(self).serialize(row) for row in found)
            name = file_name(self.model._meta.model_name, self.filterset.form, form)
            return download(request, rows, form, name, self.columns)
        self.object_list = found
        if self.valid and isinstance(self.filterset, FacetedFilter):
            self.filterset.count_facets()
        return self.render_to_response(self.get_context_data(), status=200 if self.valid else 400)

    def columns(self) -> list[str]:
        """The columns of the file, from any row of the list without its filters."""
        rows = self.filterset_class({}, queryset=self.get_queryset(), request=self.request).qs
        return [name for row in self.with_related(rows)[:1] for name in type(self).serialize(row)]

    def get_paginator(self, queryset, per_page, **kwargs):
        return Pages(queryset, per_page, walked=self.walked(queryset), **kwargs)

    def walked(self, found):
        """The same rows in the same order, for finding a page: from fewer tables, if possible."""
        return found

    def with_related(self, found):
        """The rows with the related rows for the file, if it holds more than the page."""
        return found

    def get_context_data(self, **kwargs):
        query = query_of(self.filterset.form)
        return super().get_context_data(filterset=self.filterset, query=query, **kwargs)


def query_of(form: Form, *names: str) -> str:
    """The query string of a form's values for links to files, which refuse other parameters: of
    all its fields, or of those named."""
    names = [name for name in form.data if name in (names or form.fields)]
    return urlencode([(name, value) for name in names for value in form.data.getlist(name)])
