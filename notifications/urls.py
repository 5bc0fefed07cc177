from django.urls import path

from notifications.views import days, inbox, links, opinions, preferences, visit

app_name = "notifications"

_LINK = "enlace/<str:token>/"
_VISIT = "citas/<uuid:public_id>/"

urlpatterns = [
    path("avisos/", inbox.inbox, name="inbox"),
    path("avisos/leidos/", inbox.read, name="read"),
    path("cuenta/avisos/", preferences.preferences, name="preferences"),
    path(f"{_VISIT}mensajes/", visit.visit_messages, name="visit_messages"),
    path(f"{_VISIT}mensajes/<uuid:message_id>/reenviar/", visit.visit_resend, name="visit_resend"),
    # What a link in a message opens, without logging in.
    path(f"{_LINK}asistire/", links.link_attend, name="link_attend"),
    path(f"{_LINK}hoy/", days.link_day, name="link_day"),
    path(f"{_LINK}cancelar/", links.link_cancel, name="link_cancel"),
    path(f"{_LINK}reprogramar/", links.link_reschedule, name="link_reschedule"),
    path(f"{_LINK}reprogramar/<instant:start>/", links.link_move, name="link_move"),
    path(f"{_LINK}elegir-hora/", links.link_choose, name="link_choose"),
    path(f"{_LINK}opinion/", opinions.link_opinion, name="link_opinion"),
    path(f"{_LINK}dejar/", links.unsubscribe, name="unsubscribe"),
]
