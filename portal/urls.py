from django.urls import path

from portal.views import agenda, agenda_print, desks, live, setup, team, visit, why

app_name = "portal"

_VISIT = "agenda/citas/<uuid:public_id>/"
_MEMBER = "equipo/<uuid:public_id>/"

urlpatterns = [
    path("empezar/", setup.setup, name="setup"),
    path("agenda/", agenda.agenda, name="agenda"),
    path("agenda/cambiar/", desks.desk, name="desk"),
    path("agenda/imprimir/", agenda_print.agenda_print, name="agenda_print"),
    path("sse/agenda/", live.stream, name="stream"),
    path("agenda/cambios/", live.changes, name="changes"),
    path("agenda/novedades/", live.news, name="news"),
    path("agenda/visto/", live.seen, name="seen"),
    path("agenda/por-que/", why.why, name="why"),
    path(_VISIT, visit.visit, name="visit"),
    path("equipo/", team.team, name="team"),
    path("equipo/nuevo/", team.team_new, name="team_new"),
    path(_MEMBER, team.team_member, name="team_member"),
    path(f"{_MEMBER}invitar/", team.team_resend, name="team_resend"),
    path(f"{_MEMBER}terminar/", team.team_end, name="team_end"),
]
