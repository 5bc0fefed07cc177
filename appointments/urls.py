from django.urls import path

from appointments.views import booking, feeds, online, patient, series

app_name = "appointments"

_TIME = "reservar/<uuid:clinic_id>/<instant:start>/"
_VISIT = "citas/<uuid:public_id>/"

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
    path(f"{_VISIT}cancelar/", patient.cancel, name="cancel"),
    path(f"{_VISIT}serie/cancelar/", series.series_cancel, name="series_cancel"),
    path(f"{_VISIT}reprogramar/", patient.reschedule, name="reschedule"),
    path(f"{_VISIT}reprogramar/<instant:start>/", patient.move, name="move"),
    path(f"{_VISIT}recibos/<uuid:line_id>/", patient.receipt, name="receipt"),
    path(f"{_VISIT}recibos/<uuid:line_id>/pdf/", patient.receipt_pdf, name="receipt_pdf"),
    path(f"{_VISIT}pagar/", online.pay, name="pay"),
    path("pagos/aviso/", online.payment_callback, name="payment_callback"),
    path("pagos/demostracion/<str:token>/", online.demo_checkout, name="demo_checkout"),
    path(f"{_VISIT}calendario.ics", patient.calendar, name="calendar"),
]
