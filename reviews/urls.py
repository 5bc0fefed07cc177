from django.urls import path

from reviews.views import patient, public

app_name = "reviews"

_OPINION = "citas/<uuid:public_id>/opinion/"

urlpatterns = [
    path(_OPINION, patient.opinion, name="opinion"),
    path(f"{_OPINION}editar/", patient.opinion_edit, name="opinion_edit"),
    path(f"{_OPINION}retirar/", patient.opinion_withdraw, name="opinion_withdraw"),
    path(f"{_OPINION}reclamar/", patient.opinion_appeal, name="opinion_appeal"),
    path("opiniones/reglas/", public.rules, name="rules"),
    path("opiniones/<uuid:public_id>/denunciar/", public.report, name="report"),
]
