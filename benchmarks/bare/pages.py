"""A view, a query and a template for the records of a pair, a hundred at a time."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.bare.settings"
application = get_wsgi_application()

from django.db.models import Q  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402

from relations.models import Record  # noqa: E402

TEMPLATE = engines["django"].from_string(
    "<!doctype html><title>Timeline</title><ol>{% for row in rows %}"
    '<li><time>{{ row.date }}</time> {{ row.kind }} <a href="/{{ row.slug }}/">{{ row.title }}</a>'
    "</li>{% endfor %}</ol>"
)


def timeline(request, relation, sort_key, pk):
    """A hundred records of a pair before a position."""
    rows = Record.objects.filter(relation=relation, state="published").filter(
        Q(sort_key__lt=sort_key) | Q(sort_key=sort_key, pk__lt=pk)
    )
    return HttpResponse(TEMPLATE.render({"rows": rows.order_by("-sort_key", "-pk")[:100]}))


urlpatterns = [path("<int:relation>/<int:sort_key>/<int:pk>/", timeline)]
