from django.urls import path

from portal.views import (
    agenda,
    agenda_print,
    booking_rules,
    clinics,
    dates,
    desks,
    hours,
    live,
    new_visit,
    profile,
    setup,
    team,
    travel,
    visit,
    visit_acts,
    why,
)

app_name = "portal"

_VISIT = "agenda/citas/<uuid:public_id>/"
_CLINIC = "consultorios/<uuid:public_id>/"
_MEMBER = "equipo/<uuid:public_id>/"

urlpatterns = [
    path("empezar/", setup.setup, name="setup"),
    path("empezar/siguiente/", setup.next_step, name="next_step"),
    path("perfil/", profile.profile, name="profile"),
    path("perfil/datos/", profile.profile_details, name="profile_details"),
    path("perfil/especialidades/", profile.profile_specialties, name="profile_specialties"),
    path("perfil/registro/", profile.profile_licence, name="profile_licence"),
    path("perfil/foto/", profile.profile_photo, name="profile_photo"),
    path("perfil/formacion/", profile.profile_education, name="profile_education"),
    path("perfil/experiencia/", profile.profile_experience, name="profile_experience"),
    path("perfil/certificaciones/", profile.profile_qualifications, name="profile_qualifications"),
    path("perfil/vista-previa/", setup.preview, name="preview"),
    path("perfil/ocultar/", setup.unpublish, name="unpublish"),
    path("perfil/publicar/", setup.publish, name="publish"),
    path("agenda/", agenda.agenda, name="agenda"),
    path("agenda/cambiar/", desks.desk, name="desk"),
    path("agenda/imprimir/", agenda_print.agenda_print, name="agenda_print"),
    path("sse/agenda/", live.stream, name="stream"),
    path("agenda/cambios/", live.changes, name="changes"),
    path("agenda/novedades/", live.news, name="news"),
    path("agenda/visto/", live.seen, name="seen"),
    path("agenda/por-que/", why.why, name="why"),
    path("agenda/nueva/", new_visit.new_visit, name="new_visit"),
    path(_VISIT, visit.visit, name="visit"),
    path(f"{_VISIT}reprogramar/", visit_acts.visit_reschedule, name="visit_reschedule"),
    path(f"{_VISIT}cancelar/", visit_acts.visit_cancel, name="visit_cancel"),
    path(f"{_VISIT}responder/", visit_acts.visit_answer, name="visit_answer"),
    path("consultorios/", clinics.clinics, name="clinics"),
    path("consultorios/nuevo/", clinics.clinic_new, name="clinic_new"),
    path("consultorios/ciudades/", clinics.cities, name="cities"),
    path("consultorios/traslados/", travel.travel, name="travel"),
    path(_CLINIC, clinics.clinic, name="clinic"),
    path(f"{_CLINIC}estado/", clinics.clinic_state, name="clinic_state"),
    path(f"{_CLINIC}horarios/", hours.hours, name="hours"),
    path(f"{_CLINIC}fechas/", dates.dates, name="dates"),
    path(f"{_CLINIC}reservas/", booking_rules.booking_rules, name="booking_rules"),
    path("equipo/", team.team, name="team"),
    path("equipo/nuevo/", team.team_new, name="team_new"),
    path(_MEMBER, team.team_member, name="team_member"),
    path(f"{_MEMBER}invitar/", team.team_resend, name="team_resend"),
    path(f"{_MEMBER}terminar/", team.team_end, name="team_end"),
]
