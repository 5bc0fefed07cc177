from django.urls import path

from records.views import patient

app_name = "records"

urlpatterns = [
    path("citas/<uuid:public_id>/consulta/", patient.consultation, name="consultation"),
    path("historia/", patient.history, name="history"),
    path("historia/documentos/<uuid:public_id>/", patient.attachment, name="attachment"),
    path("historia/permisos/", patient.shares, name="shares"),
    path("historia/permisos/<uuid:public_id>/quitar/", patient.share_revoke, name="share_revoke"),
    path("historia/lecturas/", patient.readers, name="readers"),
]
