from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinics.models import Assistant, City, Clinic, OpeningHours, ScheduleException, TravelTime
from clinics.services.publishing import PublishingBusy, unpublish_doctor
from core.admin import ReadOnlyAdmin, ReadOnlyInline, ask_reason
from core.clock import current_time
from core.db import once_more
from doctors.admin import DoctorAdmin
from doctors.models import Doctor


class HoursInline(ReadOnlyInline):
    model = OpeningHours


class ExceptionInline(ReadOnlyInline):
    model = ScheduleException


@admin.register(City)
class CityAdmin(ReadOnlyAdmin):
    list_display = ("name", "region", "country", "zone", "population")
    list_filter = ("country",)
    search_fields = ("name_key", "name", "slug")


@admin.register(Clinic)
class ClinicAdmin(ReadOnlyAdmin):
    """Doctors enter their own, in the portal. So they change them: a change could strand visits,
    and the portal asks what becomes of each (docs/adr/0018).
    """

    list_display = ("name", "doctor", "city", "zone", "is_active")
    list_filter = ("is_active", "country")
    list_select_related = ("doctor", "city")
    search_fields = ("name", "address", "doctor__last_names", "doctor__first_names", "public_id")
    inlines = (HoursInline, ExceptionInline)


@admin.register(TravelTime)
class TravelTimeAdmin(ReadOnlyAdmin):
    list_display = ("from_clinic", "to_clinic", "minutes")


@admin.register(Assistant)
class AssistantAdmin(ReadOnlyAdmin):
    """Doctors invite and end their own; support sees who may open which agenda."""

    list_display = ("name", "doctor", "user", "created_at", "ended_at")
    list_filter = ("ended_at",)
    list_select_related = ("doctor", "user")
    search_fields = ("name", "user__email", "invitation__email", "doctor__last_names")
    fields = ("name", "doctor", "clinics", "user", "created_at", "ended_at")


@admin.action(
    description=gettext_lazy("Dejar de publicar los perfiles elegidos"), permissions=["correct"]
)
def unpublish(
    page_of: DoctorAdmin, request: HttpRequest, queryset: QuerySet[Doctor]
) -> HttpResponse | None:
    """The visits that stand stay. Here, since what it asks for is known here."""
    why = ask_reason(page_of, request, queryset, _("Dejar de publicar"))
    if not isinstance(why, str):
        return why
    for doctor in queryset.filter(is_published=True):
        _unpublish(page_of, request, doctor, why)
    return None


@once_more(PublishingBusy)
@transaction.atomic
def _unpublish(page_of: DoctorAdmin, request: HttpRequest, doctor: Doctor, why: str) -> None:
    """Done and written down, both or neither."""
    unpublish_doctor(doctor=doctor, actor=request.user, now=current_time())  # type: ignore[arg-type]
    page_of.log_change(request, doctor, why)


DoctorAdmin.actions = (*DoctorAdmin.actions, unpublish)
