from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.audit import tell_who_acts
from accounts.forms import ContactForm, PersonForm, ViewAsForm
from accounts.models import AccountSession, AuditEntry, Patient, User
from accounts.second_factor import take_away
from accounts.services import correct_contact, correct_names, correct_phone, set_active
from accounts.viewing import LASTS, begin, may_view
from core.admin import ReadOnlyAdmin, ReasonForm, act_page, ask_reason
from core.clock import current_time
from core.db import Refusal
from core.forms import teach_manners

# Nobody edits a patient here: it opens the page that mends how one is reached.
CORRECT = "accounts.change_patient"


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _say_how_many(request: HttpRequest, done: int) -> None:
    said = ngettext("%(n)d cuenta cambió.", "%(n)d cuentas cambiaron.", done) % {"n": done}
    messages.add_message(request, messages.SUCCESS if done else messages.WARNING, said)


NAMES = ("first_names", "last_names")


class UserForm(ModelForm):
    """Why a member of the team changes somebody's account stays beside what changed."""

    # As people write their own.
    first_names, last_names = (PersonForm.base_fields[name] for name in NAMES)
    reason = ReasonForm.base_fields["reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Who never gave a name may be let into the team without one."""
        super().__init__(*args, **kwargs)
        for name in {*NAMES, "reason"} & self.fields.keys():
            teach_manners(self.fields[name])
            self.fields[name].required = name == "reason" or bool(getattr(self.instance, name))


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Administrators stop accounts and say who is of the team; passwords, permissions and addresses
    are not edited here.
    """

    form = UserForm
    list_display = ("email", "name", "is_patient", "is_doctor", "is_staff", "is_active")
    list_filter = ("is_patient", "is_doctor", "is_staff", "is_active")
    search_fields = ("email", "first_names", "last_names")
    fields = ("email", "first_names", "last_names", "is_patient", "is_doctor", "is_active",
              "language", "time_zone", "joined_at", "last_login")  # fmt: skip
    # What somebody is follows from what they did: signing up, a profile, an invitation. Stopping an
    # account is an act of its own, with a reason. Language and time zone are their owner's to say.
    readonly_fields = ("email", "is_patient", "is_doctor", "is_active", "language", "time_zone",
                       "joined_at", "last_login")  # fmt: skip
    actions = ("stop", "let_in")

    @admin.display(description=gettext_lazy("nombre"), ordering="last_names")
    def name(self, user: User) -> str:
        return user.full_name

    def found_as(self, user: User) -> str:
        return f"{user} · {user.email}"

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Administrators also say who is of the team, and in which group. Who changes says why."""
        team = ["is_staff", "groups"] if request.user.has_perm("auth.change_group") else []
        why = ["reason"] if self.has_change_permission(request, obj) else []
        return [*self.fields, *team, *why]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people sign up

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # what happened to an account stays; the account is emptied by its owner

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody below an administrator of everything touches one; what was closed, nobody."""
        is_above = obj is None or not obj.is_superuser or request.user.is_superuser
        is_there = obj is None or obj.erased_at is None
        return is_above and is_there and super().has_change_permission(request, obj)

    @admin.action(description=gettext_lazy("Detener las cuentas elegidas"), permissions=["change"])
    def stop(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        return self._set_active(request, queryset, False, _("Detener"))

    @admin.action(
        description=gettext_lazy("Volver a abrir las cuentas elegidas"), permissions=["change"]
    )
    def let_in(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        return self._set_active(request, queryset, True, _("Volver a abrir"))

    def _set_active(
        self, request: HttpRequest, queryset: QuerySet[User], is_active: bool, title: str
    ) -> HttpResponse | None:
        """Nobody stops themselves, nor whoever they may not touch."""
        why = ask_reason(self, request, queryset, title)
        if not isinstance(why, str):
            return why
        staff, now, done = _staff(request), current_time(), 0
        for person in queryset.order_by("pk"):
            may = person != staff and self.has_change_permission(request, person)
            with transaction.atomic():
                if may and set_active(person=person, is_active=is_active, actor=staff, now=now):
                    self.log_change(request, person, f"{title}: {why}")
                    done += 1
        _say_how_many(request, done)
        return None

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.view_as)
        return [
            path("<path:object_id>/ver-como/", page, name="accounts_user_view_as"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        person = self.get_object(request, object_id)
        offered = person is not None and may_view(_staff(request), person)
        context = {**(extra_context or {}), "may_view_as": offered}
        return super().change_view(request, object_id, form_url, context)

    def view_as(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then show the site as this person sees it."""
        person, staff = self.get_object(request, object_id), _staff(request)
        if person is None:
            raise Http404
        if not may_view(staff, person):
            raise PermissionDenied
        form = ViewAsForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            reason, now = form.cleaned_data["reason"], current_time()
            begin(request, staff=staff, person=person, reason=reason, now=now)
            answer = redirect("portal:agenda" if person.is_doctor else "home")
            answer.set_cookie(
                settings.VIEWING_COOKIE_NAME, "1", httponly=True, samesite="Lax", max_age=LASTS,
                secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
            return answer
        title, minutes = _("Ver como %(name)s") % {"name": person}, LASTS // timedelta(minutes=1)
        page = "admin/accounts/user/view_as.html"
        return act_page(self, request, page, title=title, form=form, person=person, minutes=minutes)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """In Django's transaction, with the line of the history. Nothing else is written over."""
        staff, said = _staff(request), form.cleaned_data
        tell_who_acts(staff)
        correct_names(
            person=obj, first_names=said["first_names"], last_names=said["last_names"],
            reason=said["reason"], actor=staff, now=current_time(),
        )  # fmt: skip
        if "is_staff" in form.changed_data:
            obj.save(update_fields=["is_staff"])

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """The reason, and the names of what changed; it is no column itself."""
        changed = [str(form.fields[name].label) for name in form.changed_data if name != "reason"]
        return " · ".join(filter(None, [form.cleaned_data["reason"], ", ".join(changed)]))


@admin.register(Patient)
class PatientAdmin(ReadOnlyAdmin):
    list_display = ("name", "relationship", "account", "phone")
    search_fields = ("first_names", "last_names", "account__email", "email", "phone")
    list_select_related = ("account",)
    fields = ("account", "relationship", "first_names", "last_names", "phone", "email",
              "created_at", "merged_into")  # fmt: skip

    @admin.display(description=gettext_lazy("nombre"), ordering="last_names")
    def name(self, patient: Patient) -> str:
        return patient.full_name

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.contact_view)
        name = "accounts_patient_contact"
        return [path("<path:object_id>/contacto/", page, name=name), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {**(extra_context or {}), "may_correct": request.user.has_perm(CORRECT)}
        return super().change_view(request, object_id, form_url, context)

    def contact_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Mend how a person is reached, with a reason that stays."""
        patient = self.get_object(request, object_id)
        if patient is None or patient.erased_at is not None:
            raise Http404
        if not request.user.has_perm(CORRECT):
            raise PermissionDenied
        form = ContactForm(request.POST if request.method == "POST" else None, patient=patient)
        if form.is_valid() and self._corrected(request, patient, form):
            return redirect("admin:accounts_patient_change", patient.pk)
        title = _("Corregir el contacto de %(name)s") % {"name": patient}
        page = "admin/accounts/patient/contact.html"
        return act_page(self, request, page, title=title, form=form, patient=patient)

    def _corrected(self, request: HttpRequest, patient: Patient, form: ContactForm) -> bool:
        """Done and written down, both or neither."""
        said, actor, now = form.cleaned_data, _staff(request), current_time()
        try:
            with transaction.atomic():
                if form.has_account:
                    correct_phone(patient=patient, phone=said["phone"], reason=said["reason"],
                                  actor=actor, now=now)  # fmt: skip
                else:
                    correct_contact(patient=patient, phone=said["phone"], email=said["email"],
                                    actor=actor, now=now)  # fmt: skip
                self.log_change(request, patient, said["reason"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return False
        messages.success(request, _("Guardamos el contacto."))
        return True


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "person", "act", "what", "actor", "network")
    list_filter = ("act",)
    search_fields = ("person__email", "actor__email")
    list_select_related = ("person", "actor")
    fields = list_display
    # Rows only grow: to count them all for each page would take ever longer.
    show_full_result_count = False


@admin.register(AccountSession)
class AccountSessionAdmin(ReadOnlyAdmin):
    list_display = ("account", "browser", "network", "began_at", "seen_at", "ended_at")
    search_fields = ("account__email",)
    list_select_related = ("account",)
    fields = list_display
    show_full_result_count = False


# What a group may do is one table, accounts/roles.py: nobody widens it here.
admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(ReadOnlyAdmin):
    list_display = ("name",)
    fields = ("name", "permissions")


# The library's own lets whoever may read the list say that an address is its owner's.
admin.site.unregister(EmailAddress)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ("email", "user", "primary", "verified")
    list_filter = ("primary", "verified")
    search_fields = ("email", "user__email")
    list_select_related = ("user",)
    fields = list_display
    actions = None


# The library's own shows its secrets, and its names are English. Its migrations look at neither.
admin.site.unregister(Authenticator)
apps.get_app_config("mfa").verbose_name = gettext_lazy("Verificación en dos pasos")
Authenticator._meta.verbose_name = gettext_lazy("segundo paso")
Authenticator._meta.verbose_name_plural = gettext_lazy("segundos pasos")
Authenticator._meta.get_field("type").verbose_name = gettext_lazy("tipo")


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Who lost the telephone and proved who they are: their ways in go, all of them."""

    list_display = ("user", "kind", "created_at", "used_at")
    list_filter = ("type",)
    search_fields = ("user__email",)
    list_select_related = ("user",)
    fields = list_display
    actions = ("take_away",)

    @admin.display(description=gettext_lazy("tipo"), ordering="type")
    def kind(self, way: Authenticator) -> str:
        return str(way.get_type_display())

    @admin.display(description=gettext_lazy("último uso"), ordering="last_used_at")
    def used_at(self, way: Authenticator) -> datetime | None:
        return way.last_used_at

    def found_as(self, way: Authenticator) -> str:
        return f"{way.user} · {way.user.email} · {way.get_type_display()}"

    @admin.action(
        description=gettext_lazy("Quitar la verificación en dos pasos a sus dueños"),
        permissions=["take_away"],
    )
    def take_away(
        self, request: HttpRequest, queryset: QuerySet[Authenticator]
    ) -> HttpResponse | None:
        why = ask_reason(self, request, queryset, _("Quitar la verificación en dos pasos"))
        if not isinstance(why, str):
            return why
        staff, done = _staff(request), 0
        for person in User.objects.filter(authenticator__in=queryset).distinct().order_by("pk"):
            # Nobody their own, nor that of whoever is above them.
            if person != staff and (staff.is_superuser or not person.is_superuser):
                with transaction.atomic():
                    take_away(person=person, actor=staff, now=current_time())
                    self.log_change(request, person, why)
                done += 1
        _say_how_many(request, done)
        return None

    def has_take_away_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("mfa.delete_authenticator")
