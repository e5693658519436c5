from django.urls import path

from core.urls import pages
from relations import views

app_name = "relations"
urlpatterns = [
    *pages("country", "countries", views.CountryList, views.CountryPage),
    *pages("organization", "organizations", views.OrganizationList, views.OrganizationPage),
    *pages("person", "people", views.PersonList, views.PersonPage),
    *pages("visit", "visits", views.VisitList, views.VisitPage),
    *pages("event", "events", views.EventList, views.EventPage),
    *pages("membership", "memberships", page_view=views.MembershipPage),
    *pages("mission", "missions", page_view=views.MissionPage),
    *pages("office", "offices", page_view=views.OfficePage),
    path("changes/<slug:slug>/", views.change_log, name="change_log"),
    path("changes/<slug:slug>.json", views.change_log, {"form": "json"}, name="change_log_json"),
]
