from django.urls import path

from core.urls import page_and_files, pages
from trade import views

app_name = "trade"
urlpatterns = [
    *pages("figure", "trade", views.FigureList),
    *pages("figure", "trade/figures", page_view=views.FigurePage),
    *page_and_files("partners", "trade/partners/<slug:slug>", views.partners),
    *page_and_files("pair", "trade/<slug:slug>", views.pair),
    *page_and_files("mirror", "trade/<slug:slug>/mirror", views.mirror),
    path("trade/<slug:slug>/charts/<slug:key>/", views.chart, name="chart"),
    path("trade/<slug:slug>/charts/<slug:key>.<slug:form>", views.chart, name="chart_file"),
]
