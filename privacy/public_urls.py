from django.urls import path

from privacy.views import public

urlpatterns = [
    path("terminos/", public.terms, name="terms"),
    path("privacidad/", public.privacy_notice, name="privacy_notice"),
    path("privacidad/salud/", public.health_consent, name="health_consent"),
    path("privacidad/medicos/", public.doctor_terms, name="doctor_terms"),
    path(
        "privacidad/versiones/<slug:text>/<slug:number>/",
        public.legal_version,
        name="legal_version",
    ),
]
