from django.urls import path

from core.urls import pages
from trade import views

app_name = "trade"
FILES = ("csv", "json")
urlpatterns = [
    *pages("figure", "trade", views.FigureList),
    *pages("figure", "trade/figures", page_view=views.FigurePage),
    path("trade/partners/<slug:slug>/", views.partners, name="partners"),
    *[
        path(f"trade/partners/<slug:slug>.{form}", views.partners, {"form": form},
             name=f"partners_{form}")
        for form in FILES
    ],
    path("trade/<slug:slug>/", views.pair, name="pair"),
    *[
        path(f"trade/<slug:slug>.{form}", views.pair, {"form": form}, name=f"pair_{form}")
        for form in FILES
    ],
    path("trade/<slug:slug>/mirror/", views.mirror, name="mirror"),
    *[
        path(f"trade/<slug:slug>/mirror.{form}", views.mirror, {"form": form},
             name=f"mirror_{form}")
        for form in FILES
    ],
    path("trade/<slug:slug>/charts/<slug:key>/", views.chart, name="chart"),
    path("trade/<slug:slug>/charts/<slug:key>.<slug:form>", views.chart, name="chart_file"),
]  # fmt: skip
