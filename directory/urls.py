from django.urls import path

from directory.views import public

urlpatterns = [
    path("", public.home, name="home"),
    path("buscar/", public.search, name="search"),
    path("medicos/<slug:slug>/", public.doctor, name="doctor"),
    path("medicos/<slug:slug>/horarios/", public.slots, name="slots"),
    path("sse/medicos/<slug:slug>/", public.slots_stream, name="slots_stream"),
    path("medicos/<slug:slug>/cambios/", public.slots_mark, name="slots_mark"),
    path("ayuda/", public.help_page, name="help"),
    path("robots.txt", public.robots, name="robots"),
]
