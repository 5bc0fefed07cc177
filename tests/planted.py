"""Our addresses and one page that nobody wrote a rule for."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from doctobooking.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def planted(request: HttpRequest) -> HttpResponse:
    return HttpResponse("everybody's data")


urlpatterns = [*urlpatterns, path("plantada/", planted, name="planted")]
