"""The list page that all list pages are."""

from django.views.generic import ListView

from sources.exports import download
from sources.filters import FacetedFilter


class ListPage(ListView):
    """A filtered, paged list that is also a CSV and a JSON file.

    Subclasses give `filterset_class`, `shape` (from an object to the dict that the world sees)
    and a queryset that fetches what both need. A filter value that cannot be is a 400.
    """

    paginate_by = 50
    filterset_class = None
    shape = None

    def get(self, request, *args, form="html", **kwargs):
        self.filterset = self.filterset_class(
            request.GET, queryset=self.get_queryset(), request=request
        )
        self.valid = self.filterset.is_valid()
        found = self.filterset.qs if self.valid else self.filterset.queryset.none()
        if form != "html" and self.valid:
            found = self.whole(found).iterator(chunk_size=1000)
            rows = (type(self).shape(row) for row in found)
            return download(rows, form, self.model._meta.model_name)
        self.object_list = found
        if self.valid and isinstance(self.filterset, FacetedFilter):
            self.filterset.count_facets()
        return self.render_to_response(self.get_context_data(), status=200 if self.valid else 400)

    def whole(self, found):
        """The rows with all that the shape shows, where that is more than on the page."""
        return found

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            filterset=self.filterset, query=query_without(self.request, "page"), **kwargs
        )


def query_without(request, *names: str) -> str:
    """The query string of the request without these parameters, for links that set them anew."""
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()
