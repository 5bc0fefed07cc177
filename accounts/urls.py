from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("perfil/", views.profile, name="profile"),
    path("actividad/", views.activity, name="activity"),
    path("personas/", views.dependants, name="dependants"),
    path("personas/nueva/", views.add_dependant_page, name="add_dependant"),
    path("personas/<uuid:public_id>/", views.dependant, name="dependant"),
]
