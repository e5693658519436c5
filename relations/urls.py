from django.urls import path

from core.urls import pages
from relations import views
from relations.models import Event, Membership, Mission, Office, Visit

app_name = "relations"
urlpatterns = [
    *pages("country", "countries", views.CountryList),
    *pages("organization", "organizations", views.OrganizationList, views.OrganizationPage),
    *pages("person", "people", views.PersonList, views.PersonPage),
    *pages("visit", "visits", views.VisitList, views.RecordPage, model=Visit),
    *pages("event", "events", views.EventList, views.RecordPage, model=Event),
    *pages("membership", "memberships", page_view=views.RecordPage, model=Membership),
    *pages("mission", "missions", views.MissionList, views.RecordPage, model=Mission),
    *pages("office", "offices", page_view=views.RecordPage, model=Office),
    path("changes/<slug:slug>/", views.change_log, name="change_log"),
    path("changes/<slug:slug>.json", views.change_log, {"form": "json"}, name="change_log_json"),
]
