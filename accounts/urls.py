from django.urls import path

from accounts import safety, views

app_name = "accounts"

urlpatterns = [
    path("perfil/", views.profile, name="profile"),
    path("actividad/", views.activity, name="activity"),
    path("dispositivos/", safety.sessions, name="sessions"),
    path("dispositivos/cerrar/", safety.sessions_end, name="sessions_end"),
    path("sigo-aqui/", safety.stay, name="stay"),
    path("ver-como/terminar/", safety.view_end, name="view_end"),
    path("llaves/<slug:number>/quitar/", safety.passkey_remove, name="passkey_remove"),
    path("personas/", views.dependants, name="dependants"),
    path("personas/nueva/", views.add_dependant_page, name="add_dependant"),
    path("personas/<uuid:public_id>/", views.dependant, name="dependant"),
]
