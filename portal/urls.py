from django.urls import path

from portal.views import agenda, setup, visit

app_name = "portal"

_VISIT = "agenda/citas/<uuid:public_id>/"

urlpatterns = [
    path("empezar/", setup.setup, name="setup"),
    path("agenda/", agenda.agenda, name="agenda"),
    path(_VISIT, visit.visit, name="visit"),
]
