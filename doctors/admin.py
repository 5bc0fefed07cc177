"""The support team's side: the queue of licences to look up, and profiles."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin import QUEUES, FewRowsInline, Queue, ReadOnlyInline, act_page, ask_reason
from core.clock import current_time
from core.db import Refusal
from doctors.enums import LicenceState, Verdict
from doctors.forms import VerdictForm
from doctors.models import (
    Doctor,
    DoctorSpecialty,
    Education,
    Experience,
    LicenceCheck,
    Qualification,
    Specialty,
)
from doctors.services.addresses import keep_former_address
from doctors.services.licences import VERDICT_FIELDS, check_licence
from doctors.services.profiles import set_photo

QUEUES.append(
    Queue(
        gettext_lazy("Registros profesionales por verificar"), "doctors.change_doctor",
        "admin:doctors_doctor_changelist", "registro=pending",
        lambda _now: Doctor.objects.in_licence_state(LicenceState.PENDING), "created_at",
    )
)  # fmt: skip


class SpecialtyInline(FewRowsInline):
    model = DoctorSpecialty


class EducationInline(FewRowsInline):
    model = Education


class ExperienceInline(FewRowsInline):
    model = Experience


class QualificationInline(FewRowsInline):
    model = Qualification


class LicenceCheckInline(ReadOnlyInline):
    model = LicenceCheck
    fields = readonly_fields = ("checked_at", "checked_by", "number", "verdict", "reason")
    ordering = ("-checked_at",)


class LicenceFilter(admin.SimpleListFilter):
    """The queue: «Por verificar» is what waits for staff."""

    title = gettext_lazy("registro profesional")
    parameter_name = "registro"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(LicenceState.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        state = self.value()
        if state not in LicenceState.values:
            return queryset
        wanted = Doctor.objects.in_licence_state(LicenceState(str(state)))
        return queryset.filter(pk__in=wanted.values("pk"))


@admin.register(Specialty)
class SpecialtyAdmin(admin.ModelAdmin):
    list_display = ("name", "name_en", "slug")
    search_fields = ("name", "name_en", "synonyms")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Doctor)
class DoctorAdmin(admin.ModelAdmin):
    list_display = ("name", "licence_number", "licence", "is_published", "since")
    list_filter = (LicenceFilter, "is_published", "takes_new_patients", "specialties")
    search_fields = ("first_names", "last_names", "licence_number", "user__email", "slug")
    raw_id_fields = ("user",)
    prepopulated_fields = {"slug": ("first_names", "last_names")}
    # The verdict is given on its own page, which writes who said so.
    readonly_fields = ("licence", "has_photo", "created_at")
    exclude = VERDICT_FIELDS
    inlines = (
        LicenceCheckInline, SpecialtyInline, EducationInline, ExperienceInline,
        QualificationInline,
    )  # fmt: skip
    actions: tuple[Any, ...] = ("remove_photos",)

    def get_readonly_fields(self, request: HttpRequest, obj: Doctor | None = None) -> Any:
        """Whose the profile is, and with it the records, is nobody's to change; that it is shown is
        the doctor's act, or the team's by an act of its own (clinics.admin).
        """
        fixed = ("user", "is_published") if obj is not None else ("is_published",)
        return (*self._for(request, self.readonly_fields), *fixed)

    def get_list_display(self, request: HttpRequest) -> Any:
        return self._for(request, self.list_display)

    def _for(self, request: HttpRequest, names: Any) -> list[str]:
        """Who may not check a licence is shown no way to the page that does."""
        may_check = self.has_change_permission(request)
        return [name if name != "licence" or may_check else "state" for name in names]

    @admin.display(description=gettext_lazy("médico"), ordering="last_names")
    def name(self, doctor: Doctor) -> str:
        return doctor.display_name

    @admin.display(description=gettext_lazy("desde"), ordering="created_at")
    def since(self, doctor: Doctor) -> date:
        return doctor.created_at.date()

    @admin.display(description=gettext_lazy("verificación"))
    def licence(self, doctor: Doctor) -> SafeString | str:
        """The state, and the way to the page that changes it."""
        if not doctor.pk or doctor.licence_state == LicenceState.MISSING:
            return str(LicenceState.MISSING.label)
        address = reverse("admin:doctors_doctor_licence", args=[doctor.pk])
        return format_html(
            '{} · <a href="{}">{}</a>', doctor.licence_state.label, address, _("Revisar")
        )

    @admin.display(description=gettext_lazy("verificación"))
    def state(self, doctor: Doctor) -> str:
        return str(doctor.licence_state.label)

    @admin.display(description=gettext_lazy("foto"), boolean=True)
    def has_photo(self, doctor: Doctor) -> bool:
        return doctor.photo is not None

    def save_model(self, request: HttpRequest, obj: Doctor, form: Any, change: bool) -> None:
        """Another number is another licence: the verdict was on the old one. An address that
        is no more goes on leading to the profile.
        """
        if "licence_number" in form.changed_data:
            obj.licence_checked_at = obj.licence_refused_at = None
            obj.licence_refusal = ""
        super().save_model(request, obj, form, change)
        if change and "slug" in form.changed_data:
            keep_former_address(obj, form.initial["slug"])

    @admin.action(
        description=gettext_lazy("Quitar las fotos de los perfiles elegidos"),
        permissions=["change"],
    )
    def remove_photos(
        self, request: HttpRequest, queryset: QuerySet[Doctor]
    ) -> TemplateResponse | None:
        why = ask_reason(self, request, queryset, _("Quitar las fotos"))
        if not isinstance(why, str):
            return why
        for doctor in queryset.filter(photo__isnull=False):
            with transaction.atomic():
                set_photo(doctor=doctor, pictures=None, actor=request.user, now=current_time())  # type: ignore[arg-type]
                self.log_change(request, doctor, why)
        return None

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.licence_view)
        name = "doctors_doctor_licence"
        return [path("<path:object_id>/registro/", page, name=name), *super().get_urls()]

    def licence_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Staff says what it found out about one licence."""
        doctor = self.get_object(request, object_id)
        if doctor is None:
            raise Http404
        if not self.has_change_permission(request, doctor):
            raise PermissionDenied
        form = VerdictForm(request.POST or None, initial={"number": doctor.licence_number})
        if form.is_valid():
            return HttpResponseRedirect(self._give_verdict(request, doctor, form))
        return act_page(
            self, request, "admin/doctors/doctor/licence.html", form=form, doctor=doctor,
            title=_("Registro profesional de %(name)s") % {"name": doctor.display_name},
            checks=doctor.licence_checks.select_related("checked_by").order_by("-checked_at"),
            specialties=doctor.specialties.all(),
        )  # fmt: skip

    def _give_verdict(self, request: HttpRequest, doctor: Doctor, form: VerdictForm) -> str:
        """Where to go on: to the queue, or back when there was nothing to say it of."""
        verdict = Verdict(form.cleaned_data["verdict"])
        try:
            check_licence(
                doctor=doctor,
                number=form.cleaned_data["number"],
                verdict=verdict,
                reason=form.cleaned_data["reason"],
                actor=request.user,  # type: ignore[arg-type]
                now=current_time(),
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return reverse("admin:doctors_doctor_licence", args=[doctor.pk])
        self.log_change(request, doctor, str(verdict.label))
        messages.success(request, _("Avisamos al médico por correo."))
        return reverse("admin:doctors_doctor_changelist") + "?registro=pending"
