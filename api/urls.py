from django.urls import path

from api import dictionary, views
from api.resources import RESOURCES
from core.urls import page_and_files

app_name = "api"
V1 = "api/v1"
PAIR = f"{V1}/relations/<str:id>"


def _rows(resource):
    """The address of one row; every two countries have a pair."""
    if resource.name == "relations":
        return views.PairRow.as_view()
    return views.RowCall.as_view(resource=resource)


urlpatterns = [
    *page_and_files("columns", "data/columns", dictionary.columns),
    path("api/", views.documentation, name="documentation"),
    path(f"{V1}/openapi.json", views.SchemaCall.as_view(), name="schema"),
    path(f"{V1}/", views.RootCall.as_view(), name="root"),
    path(f"{V1}/changes/", views.ChangesCall.as_view(), name="changes"),
    path(f"{V1}/search/", views.SearchCall.as_view(), name="search"),
    path(f"{PAIR}/in-force/", views.InForceCall.as_view(), name="in_force"),
    path(f"{PAIR}/mirror/", views.MirrorCall.as_view(), name="mirror"),
    path(f"{PAIR}/timeline/", views.TimelineCall.as_view(), name="timeline"),
    *(
        path(f"{V1}/{one.name}/", views.ListCall.as_view(resource=one), name=one.name)
        for one in RESOURCES
    ),
    *(
        path(f"{V1}/{one.name}/<{one.converter}:id>/", _rows(one), name=f"{one.name}_row")
        for one in RESOURCES
        if one.key
    ),
]
