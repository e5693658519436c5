from django.urls import path

from core.references import CITED
from core.urls import files, page_and_files, pages
from portal import (
    calendars,
    compare_page,
    countries,
    embedding,
    feeds,
    site_files,
    sitemaps,
    timelinejs,
    views,
)
from portal.entry_files import EntryFiles
from portal.map_views import CountryMap, MapPage, OrganizationMap

app_name = "portal"
PAIR, COUNTRY = "relations/<slug:slug>", "countries/<slug:slug>"
ORGANIZATION = "organizations/<slug:slug>"
ATOM = ["atom"]
urlpatterns = [
    path("", views.home, name="home"),
    *files("home", "feed", feeds.everything, ATOM),
    *pages("relation", "relations", views.RelationList),
    path(f"{PAIR}/", views.dossier_page, name="dossier"),
    *files("dossier", PAIR, views.pair_file, ["jsonld"]),
    *files("dossier", PAIR, feeds.pair, ATOM),
    *files("calendar", f"{PAIR}/calendar", calendars.calendar, ["ics"]),
    *files("cite", f"{PAIR}/cite", views.citation_file, CITED),
    *page_and_files("timeline", f"{PAIR}/timeline", views.timeline_page, EntryFiles.formats),
    path(f"{PAIR}/timeline.timelinejs.json", timelinejs.timeline_js, name="timelinejs"),
    path(f"{PAIR}/pictures/", views.pictures_page, name="pictures"),
    *page_and_files("country_map", f"{COUNTRY}/map", CountryMap.as_view(), MapPage.formats),
    *page_and_files(
        "organization_map", f"{ORGANIZATION}/map", OrganizationMap.as_view(), MapPage.formats
    ),
    *files("organization", ORGANIZATION, feeds.organization, ATOM),
    *pages("country", "countries", page_view=countries.CountryPage),
    *files("country", COUNTRY, feeds.country, ATOM),
    *page_and_files("partners", f"{COUNTRY}/partners", countries.partners),
    *page_and_files("compare", "compare", compare_page.compare),
    *pages("source", "sources", views.SourceList, views.SourcePage),
    path("sources/<slug:slug>/file", views.source_file, name="source_file"),
    *pages("disagreement", "disagreements", views.DisagreementList),
    path("report/<slug:slug>/", views.report, name="report"),
    path("report/figures/<slug:slug>/", views.report, {"kind": "figure"}, name="report_figure"),
    *page_and_files("search", "search", views.search_page),
    *files("search", "search", feeds.search, ATOM),
    path(
        "search/suggestions.json", site_files.suggestions_for_browsers, name="browser_suggestions"
    ),
    path("search/suggestions/", views.suggestions_while_typing, name="suggestions"),
    path("data/", views.data, name="data"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("healthz", views.healthz, name="healthz"),
    *(
        path(f"embed/{route}/", embedding.embed, {"what": what}, name=f"embed_{what}")
        for what, route in {
            "timeline": f"{PAIR}/timeline",
            "picture": f"{PAIR}/pictures/<slug:key>",
            "chart": "trade/<slug:slug>/charts/<slug:key>",
            "treaty": "treaties/<slug:slug>",
        }.items()
    ),
    path("oembed", embedding.oembed, name="oembed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:section>-<int:number>.xml", sitemaps.file, name="sitemap_file"),
    path("robots.txt", site_files.robots, name="robots"),
    path("favicon.ico", site_files.favicon, name="favicon"),
    path("opensearch.xml", site_files.opensearch, name="opensearch"),
    path(".well-known/security.txt", site_files.security, name="security"),
]
