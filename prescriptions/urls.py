from django.urls import path

from prescriptions.views import patient, public

app_name = "prescriptions"

_ONE = "citas/<uuid:public_id>/recetas/<uuid:prescription_id>/"

urlpatterns = [
    path("historia/recetas/", patient.mine, name="mine"),
    path(_ONE, patient.prescription, name="prescription"),
    path(f"{_ONE}pdf/", patient.prescription_pdf, name="prescription_pdf"),
    path("recetas/verificar/", public.verify, name="verify"),
]
