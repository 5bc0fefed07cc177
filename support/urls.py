from django.urls import include, path

from support.views import public

pages = [
    path("<slug:slug>/", public.article, name="article"),
]
urlpatterns = [
    path("ayuda/", public.help_page, name="help"),
    path("ayuda/", include((pages, "support"))),
]
