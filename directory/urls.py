from django.urls import path

from directory.views import landings, public, sitemaps, widget

urlpatterns = [
    path("", public.home, name="home"),
    path("buscar/", public.search, name="search"),
    path("buscar/sugerencias/", public.search_suggestions, name="search_suggestions"),
    path("buscar/mapa/", public.search_marks, name="search_marks"),
    path("medicos/<slug:slug>/", public.doctor, name="doctor"),
    path("medicos/<slug:slug>/opiniones/", public.opinions, name="opinions"),
    path("medicos/<slug:slug>/horarios/", public.slots, name="slots"),
    path("sse/medicos/<slug:slug>/", public.slots_stream, name="slots_stream"),
    path("medicos/<slug:slug>/cambios/", public.slots_mark, name="slots_mark"),
    path("medicos/especialidad/<slug:slug>/<slug:city>/", landings.landing, name="landing"),
    path("widget/<slug:slug>/", widget.widget, name="widget"),
    path(".well-known/security.txt", public.security_txt, name="security_txt"),
    path("robots.txt", public.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("sitemap-paginas.xml", sitemaps.sitemap_pages, name="sitemap_pages"),
    path("sitemap-medicos-<slug:number>.xml", sitemaps.sitemap_doctors, name="sitemap_doctors"),
    path(
        "sitemap-especialidad-<slug:slug>.xml",
        sitemaps.sitemap_landings,
        name="sitemap_landings",
    ),
]
