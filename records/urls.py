from django.urls import path

from records.views import patient

app_name = "records"

urlpatterns = [
    path("citas/<uuid:public_id>/consulta/", patient.consultation, name="consultation"),
    path("historia/", patient.history, name="history"),
    path("historia/lecturas/", patient.readers, name="readers"),
]
