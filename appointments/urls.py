from django.urls import path

from appointments.views import (
    booking,
    days,
    feeds,
    online,
    patient,
    screens,
    series,
    waiting,
)

app_name = "appointments"

_TIME = "reservar/<uuid:clinic_id>/<instant:start>/"
_VISIT = "citas/<uuid:public_id>/"
_WAIT = "lista-de-espera/"

urlpatterns = [
    path(_TIME, booking.hold, name="hold"),
    path(f"{_TIME}mas-tiempo/", booking.extend, name="extend"),
    path(f"{_TIME}datos/", booking.details, name="details"),
    path(f"{_TIME}revisar/", booking.review, name="review"),
    path("calendario/<str:token>.ics", feeds.feed, name="feed"),
    path("cuenta/calendario/", feeds.calendar_feed, name="calendar_feed"),
    path("mis-citas/", patient.mine, name="mine"),
    path(_VISIT, patient.appointment, name="appointment"),
    path(f"{_VISIT}asistire/", patient.attend, name="attend"),
    path(f"{_VISIT}elegir-hora/", patient.choose, name="choose"),
    path(f"{_VISIT}hoy/", days.day, name="day"),
    path(f"{_VISIT}hoy/paso/", days.day_step, name="day_step"),
    path("sala/<str:token>/", screens.screen, name="screen"),
    path("sse/salas/<str:token>/", screens.screen_stream, name="screen_stream"),
    path(f"{_VISIT}cancelar/", patient.cancel, name="cancel"),
    path(f"{_VISIT}serie/cancelar/", series.series_cancel, name="series_cancel"),
    path(f"{_VISIT}reprogramar/", patient.reschedule, name="reschedule"),
    path(f"{_VISIT}reprogramar/<instant:start>/", patient.move, name="move"),
    path(f"{_VISIT}recibos/<uuid:line_id>/", patient.receipt, name="receipt"),
    path(f"{_VISIT}recibos/<uuid:line_id>/pdf/", patient.receipt_pdf, name="receipt_pdf"),
    path(f"{_VISIT}pagar/", online.pay, name="pay"),
    path("pagos/aviso/", online.payment_callback, name="payment_callback"),
    path("pagos/demostracion/<str:token>/", online.demo_checkout, name="demo_checkout"),
    path(_WAIT, waiting.waiting, name="waiting"),
    path(f"{_WAIT}nueva/", waiting.waiting_join, name="waiting_join"),
    path(f"{_WAIT}<uuid:public_id>/", waiting.waiting_entry, name="waiting_entry"),
    path(f"{_WAIT}<uuid:public_id>/salir/", waiting.waiting_leave, name="waiting_leave"),
    path(f"{_WAIT}ofertas/<uuid:public_id>/", waiting.waiting_offer, name="waiting_offer"),
    path(f"{_VISIT}calendario.ics", patient.calendar, name="calendar"),
]
