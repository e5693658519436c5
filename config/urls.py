from django.contrib import admin
from django.urls import include, path

handler400 = "api.problems.bad_request"
handler404 = "api.problems.page_not_found"
handler500 = "api.problems.server_error"
urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("api.urls")),
    path("", include("portal.urls")),
    path("", include("relations.urls")),
    path("", include("treaties.urls")),
    path("", include("trade.urls")),
    path("", include("open_data.urls")),
]
