"""Our addresses and one page that nobody wrote a rule for. It takes all that it is sent."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path

from accounts.models import User
from clinics.models import Clinic
from doctobooking.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]


def planted(request: HttpRequest) -> HttpResponse:
    if "shown" in request.POST:
        return HttpResponse(request.POST["shown"])
    if "onward" in request.POST:
        return HttpResponseRedirect(request.POST["onward"])
    if "clinic" in request.POST and "first_names" not in request.POST:
        clinic = Clinic.objects.get(public_id=request.POST["clinic"])
        Clinic.objects.filter(pk=clinic.pk).update(address="otra")
        return HttpResponse(clinic.name)
    if request.method == "POST" and request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(
            first_names=request.POST["first_names"], is_staff="is_staff" in request.POST
        )
    return HttpResponse("everybody's data")


urlpatterns = [*urlpatterns, path("plantada/", planted, name="planted")]
