from django.urls import path

from core.references import CITED
from core.urls import pages
from portal import compare_page, countries, map_views, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    *pages("relation", "relations", views.RelationList),
    path("relations/<slug:slug>/", views.dossier_page, name="dossier"),
    *[
        path(
            f"relations/<slug:slug>/cite.{form}",
            views.citation_file,
            {"form": form},
            name=f"cite_{form}",
        )
        for form in CITED
    ],
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
    path("relations/<slug:slug>/pictures/", views.pictures_page, name="pictures"),
    *[
        pattern
        for name, plural, view in (
            ("country_map", "countries", map_views.CountryMap),
            ("organization_map", "organizations", map_views.OrganizationMap),
        )
        for pattern in (
            path(f"{plural}/<slug:slug>/map/", view.as_view(), name=name),
            *(
                path(f"{plural}/<slug:slug>/map.{form}", view.as_view(), {"form": form},
                     name=f"{name}_{form}")
                for form in map_views.FILES
            ),
        )
    ],
    *pages("country", "countries", page_view=countries.CountryPage),
    path("countries/<slug:slug>/partners/", countries.partners, name="partners"),
    path("compare/", compare_page.compare, name="compare"),
    *[
        pattern
        for form in ("csv", "json")
        for pattern in (
            path(
                f"countries/<slug:slug>/partners.{form}",
                countries.partners,
                {"form": form},
                name=f"partners_{form}",
            ),
            path(f"compare.{form}", compare_page.compare, {"form": form}, name=f"compare_{form}"),
        )
    ],
    *pages("source", "sources", views.SourceList, views.SourcePage),
    path("sources/<slug:slug>/file", views.source_file, name="source_file"),
    *pages("disagreement", "disagreements", views.DisagreementList),
    path("report/<slug:slug>/", views.report, name="report"),
    path("report/figures/<slug:slug>/", views.report, {"kind": "figure"}, name="report_figure"),
    path("search/", views.search_page, name="search"),
    *[
        path(f"search.{form}", views.search_page, {"form": form}, name=f"search_{form}")
        for form in ("csv", "json")
    ],
    path("search/suggestions/", views.suggestions_while_typing, name="suggestions"),
    path("data/", views.data, name="data"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("healthz", views.healthz, name="healthz"),
]  # fmt: skip
