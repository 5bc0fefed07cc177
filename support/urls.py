from django.urls import include, path

from support.views import inbound, people, public

pages = [
    path("contacto/", people.contact, name="contact"),
    path("contacto/recibida/", people.sent, name="sent"),
    path("mis-consultas/", people.tickets, name="tickets"),
    path("mis-consultas/<uuid:public_id>/", people.ticket, name="ticket"),
    path(
        "mis-consultas/<uuid:public_id>/archivos/<uuid:file_id>/",
        people.ticket_file,
        name="ticket_file",
    ),
    path("correo-entrante/", inbound.inbound, name="inbound"),
    path("c/<str:token>/", people.link, name="link"),
    path("c/<str:token>/archivos/<uuid:file_id>/", people.link_file, name="link_file"),
    path("<slug:slug>/sirvio/", public.article_mark, name="article_mark"),
    path("<slug:slug>/", public.article, name="article"),
]
urlpatterns = [
    path("ayuda/", public.help_page, name="help"),
    path("soporte/", public.questions, name="questions"),
    path("ayuda/", include((pages, "support"))),
]
