from django.urls import path

from directory import views

urlpatterns = [
    path("", views.home, name="home"),
    path("buscar/", views.search, name="search"),
    path("medicos/<slug:slug>/", views.doctor, name="doctor"),
    path("medicos/<slug:slug>/horarios/", views.slots, name="slots"),
    path("ayuda/", views.help_page, name="help"),
    path("robots.txt", views.robots, name="robots"),
]
