from django.urls import path

from portal import views
from sources.urls import pages

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    *pages("relation", "relations", views.RelationList),
    path("relations/<slug:slug>/", views.dossier, name="dossier"),
    path("relations/<slug:slug>/timeline/", views.timeline_page, name="timeline"),
    *[
        path(
            f"relations/<slug:slug>/timeline.{form}",
            views.timeline_page,
            {"form": form},
            name=f"timeline_{form}",
        )
        for form in ("csv", "json")
    ],
    *pages("source", "sources", views.SourceList, views.SourcePage),
    path("sources/<slug:slug>/file", views.source_file, name="source_file"),
    *pages("disagreement", "disagreements", views.DisagreementList),
    path("report/<slug:slug>/", views.report, name="report"),
    path("report/figures/<slug:slug>/", views.report, {"kind": "figure"}, name="report_figure"),
    path("data/", views.data, name="data"),
    path("healthz", views.healthz, name="healthz"),
]
