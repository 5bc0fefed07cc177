from django.urls import path

from directory import views

urlpatterns = [
    path("", views.home, name="home"),
    path("buscar/", views.search, name="search"),
    path("buscar/sugerencias/", views.search_suggestions, name="search_suggestions"),
    path("medicos/<slug:slug>/", views.doctor, name="doctor"),
    path("medicos/<slug:slug>/horarios/", views.slots, name="slots"),
    path("sse/medicos/<slug:slug>/", views.slots_stream, name="slots_stream"),
    path("medicos/<slug:slug>/cambios/", views.slots_mark, name="slots_mark"),
    path("ayuda/", views.help_page, name="help"),
    path("robots.txt", views.robots, name="robots"),
]
