from django.contrib import admin
from django.urls import include, path

handler400 = "core.errors.bad_request"
handler404 = "core.errors.page_not_found"
urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("portal.urls")),
    path("", include("relations.urls")),
    path("", include("treaties.urls")),
    path("", include("trade.urls")),
    path("", include("open_data.urls")),
]
