"""The support team's side: the queue of licences to look up, and profiles."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin import QUEUES, Queue, ReadOnlyAdmin, ReadOnlyInline, act_page, ask_reason
from core.clock import current_time
from core.db import Refusal, once_more
from doctors.enums import LicenceState, Verdict
from doctors.facts import changes_since_check, facts_of, last_check, specialties_named
from doctors.forms import CorrectionForm, VerdictForm
from doctors.models import (
    Doctor,
    DoctorSpecialty,
    Education,
    Experience,
    LicenceCheck,
    Qualification,
    Specialty,
)
from doctors.refusals import OwnProfile, ProfileBusy
from doctors.rules import is_party
from doctors.services.addresses import SlugTaken
from doctors.services.corrections import correct_profile
from doctors.services.licences import check_licence
from doctors.services.profiles import set_photo

# Nobody edits a profile here: it opens the pages and the acts that do one thing each.
CORRECT = "doctors.change_doctor"
QUEUES.append(
    Queue(
        gettext_lazy("Registros profesionales por verificar"), CORRECT,
        "admin:doctors_doctor_changelist", "registro=pending",
        lambda _now: Doctor.objects.in_licence_state(LicenceState.PENDING), "created_at",
    )
)  # fmt: skip


class SpecialtyInline(ReadOnlyInline):
    model = DoctorSpecialty


class EducationInline(ReadOnlyInline):
    model = Education


class ExperienceInline(ReadOnlyInline):
    model = Experience


class QualificationInline(ReadOnlyInline):
    model = Qualification


class LicenceCheckInline(ReadOnlyInline):
    model = LicenceCheck
    fields = readonly_fields = ("checked_at", "checked_by", "number", "named", "verdict", "reason")
    ordering = ("-checked_at",)

    @admin.display(description=gettext_lazy("nombre"))
    def named(self, check: LicenceCheck) -> str:
        return check.display_name


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
class DoctorAdmin(ReadOnlyAdmin):
    """Doctors write their own profiles. What the team does to one has a page or an act of its
    own, which writes who did it and why.
    """

    list_display = ("name", "licence_number", "licence", "is_published", "since")
    list_filter = (LicenceFilter, "is_published", "takes_new_patients", "specialties")
    search_fields = ("first_names", "last_names", "licence_number", "user__email", "slug")
    fields = ("user", "slug", "title", "first_names", "last_names", "licence_number", "licence",
              "has_photo", "biography", "languages", "practising_since", "takes_new_patients",
              "is_published", "created_at")  # fmt: skip
    inlines = (
        LicenceCheckInline, SpecialtyInline, EducationInline, ExperienceInline,
        QualificationInline,
    )  # fmt: skip
    actions: tuple[Any, ...] = ("remove_photos",)

    def has_correct_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CORRECT)

    def get_fields(self, request: HttpRequest, obj: Doctor | None = None) -> Any:
        return self._for(request, self.fields)

    def get_list_display(self, request: HttpRequest) -> Any:
        return self._for(request, self.list_display)

    def get_ordering(self, request: HttpRequest) -> Any:
        """In the queue who has waited longest comes first."""
        is_queue = request.GET.get("registro") == LicenceState.PENDING
        return ("created_at", "pk") if is_queue else super().get_ordering(request)

    def _for(self, request: HttpRequest, names: Any) -> list[str]:
        """Who may not check a licence is shown no way to the page that does."""
        may_check = self.has_correct_permission(request)
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

    @admin.action(
        description=gettext_lazy("Quitar las fotos de los perfiles elegidos"),
        permissions=["correct"],
    )
    def remove_photos(
        self, request: HttpRequest, queryset: QuerySet[Doctor]
    ) -> HttpResponse | None:
        why = ask_reason(self, request, queryset, _("Quitar las fotos"))
        if not isinstance(why, str):
            return why
        for doctor in queryset.filter(photo__isnull=False):
            with transaction.atomic():
                set_photo(doctor=doctor, pictures=None, actor=request.user, now=current_time())  # type: ignore[arg-type]
                self.log_change(request, doctor, why)
        return None

    def get_urls(self) -> list[URLPattern]:
        licence = self.admin_site.admin_view(self.licence_view)
        correct = self.admin_site.admin_view(self.correct_view)
        return [
            path("<path:object_id>/registro/", licence, name="doctors_doctor_licence"),
            path("<path:object_id>/corregir/", correct, name="doctors_doctor_correct"),
            *super().get_urls(),
        ]

    def correct_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Mend names, number and address of a profile, with a reason that stays."""
        doctor = self.get_object(request, object_id)
        if doctor is None:
            raise Http404
        if not self.has_correct_permission(request):
            raise PermissionDenied
        data = request.POST if request.method == "POST" else None
        form = CorrectionForm(data, initial=CorrectionForm.initial_of(doctor))
        name, own = doctor.display_name, _own(request, doctor)
        if form.is_valid():
            try:
                self._correct(request, doctor, form)
            except Refusal as refusal:
                form.add_error("slug" if isinstance(refusal, SlugTaken) else None, str(refusal))
            else:
                messages.success(request, _("Guardamos el perfil."))
                return redirect("admin:doctors_doctor_change", doctor.pk)
        title = _("Corregir el perfil de %(name)s") % {"name": name}
        page = "admin/doctors/doctor/correct.html"
        return act_page(
            self, request, page, title=title, form=form, doctor=doctor, name=name, own=own
        )

    @once_more(ProfileBusy)
    @transaction.atomic
    def _correct(self, request: HttpRequest, doctor: Doctor, form: CorrectionForm) -> None:
        """Done and written down, both or neither."""
        actor, now = request.user, current_time()
        correct_profile(doctor=doctor, correction=form.correction, actor=actor, now=now)  # type: ignore[arg-type]
        self.log_change(request, doctor, form.cleaned_data["reason"])

    def licence_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Staff says what it found out about one licence."""
        doctor = self.get_object(request, object_id)
        if doctor is None:
            raise Http404
        if not self.has_correct_permission(request):
            raise PermissionDenied
        form = VerdictForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._licence_page(request, doctor, form)
        try:
            self._give_verdict(request, doctor, form)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            doctor.refresh_from_db()
            typed = {"reason": form.cleaned_data["reason"]}
            return self._licence_page(request, doctor, VerdictForm(initial=typed), status=409)
        messages.success(request, _("Avisamos al médico por correo."))
        return redirect(reverse("admin:doctors_doctor_changelist") + "?registro=pending")

    def _licence_page(
        self, request: HttpRequest, doctor: Doctor, form: VerdictForm, status: int = 0
    ) -> HttpResponse:
        """The facts as they are now, the mark of which goes along with the verdict."""
        facts, changes = facts_of(doctor), changes_since_check(doctor)
        form.initial["shown"] = facts.mark
        page = act_page(
            self, request, "admin/doctors/doctor/licence.html", form=form, doctor=doctor,
            title=_("Registro profesional de %(name)s") % {"name": doctor.display_name},
            checks=doctor.licence_checks.select_related("checked_by").order_by("-checked_at"),
            specialties=specialties_named(facts.specialties), changes=changes,
            last=last_check(doctor) if changes else None,
            added=specialties_named(changes.added) if changes else [], own=_own(request, doctor),
        )  # fmt: skip
        page.status_code = status or page.status_code
        return page

    @once_more(ProfileBusy)
    @transaction.atomic
    def _give_verdict(self, request: HttpRequest, doctor: Doctor, form: VerdictForm) -> None:
        """Done and written down, both or neither."""
        said, verdict = form.cleaned_data, Verdict(form.cleaned_data["verdict"])
        check_licence(
            doctor=doctor, shown=said["shown"], verdict=verdict, reason=said["reason"],
            actor=request.user, now=current_time(),  # type: ignore[arg-type]
        )  # fmt: skip
        self.log_change(request, doctor, str(verdict.label))


def _own(request: HttpRequest, doctor: Doctor) -> str:
    """Why somebody else of the team has to act on this profile; «» where who asks may."""
    return str(OwnProfile.message) if is_party(request.user, doctor) else ""  # type: ignore[arg-type]
