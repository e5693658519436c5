from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("portal.urls")),
    path("", include("relations.urls")),
    path("", include("treaties.urls")),
    path("", include("trade.urls")),
]
