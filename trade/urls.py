from django.urls import path

from sources.urls import pages
from trade import views

app_name = "trade"
urlpatterns = [
    *pages("figure", "trade", views.FigureList),
    path("trade/<slug:slug>/", views.pair, name="pair"),
    path("trade/<slug:slug>.csv", views.pair, {"form": "csv"}, name="pair_csv"),
    path("trade/<slug:slug>.json", views.pair, {"form": "json"}, name="pair_json"),
]
