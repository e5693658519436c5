from core.urls import pages
from treaties import views

app_name = "treaties"
urlpatterns = [
    *pages("treaty", "treaties", views.TreatyList, views.TreatyPage),
    *pages("action", "actions", page_view=views.ActionPage),
]
