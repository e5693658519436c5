"""The base class of all list pages."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import Model
from django.forms import Form, ModelChoiceField
from django.http import Http404
from django.utils.formats import date_format
from django.utils.functional import cached_property, classproperty
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import ListView

from core.errors import invalid_file_request
from core.exports import MEDIA_TYPES, download, file_name, refuse_unknown
from core.filters import FacetedFilter
from core.parameters import PAGE, PER_PAGE
from core.references import CITED
from core.urls import TABLES

# The names of the formats of files.
FORMATS = {
    "csv": "CSV",
    "json": "JSON",
    "jsonl": "JSON Lines",
    "xlsx": "XLSX",
    "jsonld": "JSON-LD",
    "bib": "BibTeX",
    "ris": "RIS",
    "csl.json": "CSL-JSON",
    "svg": "SVG",
}

# The numbers of entries per page that readers can choose, besides the default of the list.
SIZES = (25, 50, 100, 200)


class File(NamedTuple):
    """A file with the content of a page: the name of its format, its address and media type."""

    label: str
    address: str
    media_type: str


def files_of(page: str, formats: Iterable[str], query: str = "") -> list[File]:
    """The files beside a page, such as /visits.csv beside /visits/, with this query string."""
    end = f"?{query}" if query else ""
    return [
        File(FORMATS[form], f"{page.rstrip('/')}.{form}{end}", MEDIA_TYPES[form])
        for form in formats
    ]


class InFormats:
    """A view whose rows are also files in its `formats`.

    `serialize` turns a row into its public dict, `linked_data` into a node of JSON-LD, and
    `reference` into a core.references.Reference, as far as the formats need them.
    """

    formats: tuple[str, ...]
    serialize = None
    linked_data = None
    reference = None

    @classmethod
    def content(cls, row, form: str):
        """A row as the format needs it."""
        if form in CITED:
            return cls.reference(row)
        return cls.linked_data(row) if form == "jsonld" else cls.serialize(row)


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


class ListPage(InFormats, ListView):
    """A filtered, paginated list that is also a file in each of its `formats`.

    Subclasses define `filterset_class`, `serialize` (a core.shapes.Shape) and a
    queryset that fetches the data that both need. An invalid filter value is answered with 400, a
    non-existent page or page size with 404. `page` and `per_page` are not parameters of the files.
    `own_parameters` are the query parameters that the page reads besides its filters. `feeds` are
    further formats, which do not hold the rows themselves.
    """

    paginate_by = 50
    formats = (*TABLES, "jsonld")
    feeds: tuple[str, ...] = ()
    filterset_class = None
    own_parameters = (PAGE, PER_PAGE)

    @classproperty
    def parameters(cls) -> tuple[str, ...]:
        return (*cls.filterset_class.base_filters, *cls.own_parameters)

    def get(self, request, *args, form="html", **kwargs):
        self.filterset = self.filterset_class(
            request.GET, queryset=self.get_queryset(), request=request
        )
        if form != "html":
            refuse_unknown(self.filterset.form, *self.filterset.form.fields, "page")
        self.valid = self.filterset.is_valid()
        if form != "html" and not self.valid:
            return invalid_file_request(form, self.filterset.form)
        found = self.filterset.qs if self.valid else self.filterset.queryset.none()
        if form != "html":
            found = self.with_related(found).iterator(chunk_size=1000)
            rows = (self.content(row, form) for row in found)
            name = file_name(self.model._meta.model_name, self.filterset.form, form)
            return download(request, rows, form, name, type(self).serialize.columns)
        self.object_list = found
        if self.valid and isinstance(self.filterset, FacetedFilter):
            self.filterset.count_facets()
        return self.render_to_response(self.get_context_data(), status=200 if self.valid else 400)

    @property
    def sizes(self) -> list[int]:
        return sorted({*SIZES, self.paginate_by})

    def get_paginate_by(self, queryset):
        asked = self.request.GET.get("per_page") or str(self.paginate_by)
        if asked not in map(str, self.sizes):
            raise Http404(
                _("“%(size)s” is not a page size. Choose one of these: %(sizes)s.")
                % {"size": asked, "sizes": ", ".join(map(str, self.sizes))}
            )
        return int(asked)

    def paginate_queryset(self, queryset, page_size):
        pages, asked = self.get_paginator(queryset, page_size), self.request.GET.get("page") or "1"
        try:
            page = pages.page(pages.num_pages if asked == "last" else asked)
        except InvalidPage as error:
            raise Http404(
                ngettext(
                    "“%(page)s” is not a page of this list, which has one page.",
                    "“%(page)s” is not a page of this list, which has %(number)d pages.",
                    pages.num_pages,
                )
                % {"page": asked, "number": pages.num_pages}
            ) from error
        return pages, page, page.object_list, page.has_other_pages()

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
        found = super().get_context_data(filterset=self.filterset, query=query, **kwargs)
        page = found["page_obj"]
        size = page.paginator.per_page if self.request.GET.get("per_page") else None
        kept = urlencode({"per_page": size}) if size else ""
        first = (page.number - 1) * page.paginator.per_page
        return found | {
            "files": files_of(self.request.path, self.formats, query) if self.valid else [],
            "title_details": self.title_details(page),
            "per_page": size,
            "page_query": "&".join(filter(None, (query, kept))),
            "page_sizes": [(size, first // size + 1) for size in self.sizes]
            if page.paginator.count > self.sizes[0]
            else [],
        }

    def title_details(self, page: Page) -> list[str]:
        """What tells the page from others of the same list: its filters and its number."""
        details = chosen_in_words(self.filterset.form) if self.valid else []
        if page.number > 1:
            details.append(page_in_words(page))
        return details


def query_of(form: Form, *names: str) -> str:
    """The query string of a form's values for links to files, which refuse other parameters: of
    all its fields, or of those named."""
    names = [name for name in form.data if name in (names or form.fields)]
    return urlencode([(name, value) for name in names for value in form.data.getlist(name)])


def chosen_in_words(form: Form) -> list[str]:
    """The values that are set in a valid form, each with the label of its field. Hidden fields have
    none, and only rows are named of them."""
    words = []
    for field in form:
        value = form.cleaned_data.get(field.name)
        if not value or (field.is_hidden and not isinstance(value, Model)):
            continue
        if isinstance(value, date):
            value = date_format(value)
        elif not isinstance(field.field, ModelChoiceField):
            labels = dict(getattr(field.field, "choices", ()))
            values = value if isinstance(value, (list, tuple)) else [value]
            value = ", ".join(str(labels.get(one, one)) for one in values)
        words.append(str(value) if field.is_hidden else f"{field.label}: {value}")
    return words


def page_in_words(page: Page) -> str:
    """The number of a page, for its title."""
    return _("page %(number)s") % {"number": page.number}
