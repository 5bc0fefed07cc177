from django.contrib import admin

from clinics.forms.support import ClinicForm
from clinics.models import Assistant, City, Clinic, OpeningHours, ScheduleException, TravelTime
from core.admin import ReadOnlyAdmin


class HoursInline(admin.TabularInline):
    model = OpeningHours
    extra = 0


class ExceptionInline(admin.TabularInline):
    model = ScheduleException
    extra = 0


@admin.register(City)
class CityAdmin(ReadOnlyAdmin):
    list_display = ("name", "region", "country", "zone", "population")
    list_filter = ("country",)
    search_fields = ("name_key", "name", "slug")


@admin.register(Clinic)
class ClinicAdmin(admin.ModelAdmin):
    form = ClinicForm
    list_display = ("name", "doctor", "city", "zone", "is_active")
    list_filter = ("is_active", "country")
    list_select_related = ("doctor", "city")
    search_fields = ("name", "address", "doctor__last_names", "doctor__first_names", "public_id")
    autocomplete_fields = ("doctor", "city")
    inlines = (HoursInline, ExceptionInline)


@admin.register(TravelTime)
class TravelTimeAdmin(admin.ModelAdmin):
    list_display = ("from_clinic", "to_clinic", "minutes")
    autocomplete_fields = ("from_clinic", "to_clinic")


@admin.register(Assistant)
class AssistantAdmin(ReadOnlyAdmin):
    """Doctors invite and end their own; support sees who may open which agenda."""

    list_display = ("name", "doctor", "user", "created_at", "ended_at")
    list_filter = ("ended_at",)
    list_select_related = ("doctor", "user")
    search_fields = ("name", "user__email", "invitation__email", "doctor__last_names")
    fields = ("name", "doctor", "clinics", "user", "created_at", "ended_at")
