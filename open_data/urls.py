from django.urls import path

from core.urls import files
from open_data import views

app_name = "open_data"
urlpatterns = [
    *files("identifiers", "data/identifiers", views.identifiers_file, ("csv", "json")),
    path("data/export/<path:path>", views.package_file, name="file"),
]
