from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from accounts.audit import tell_who_acts
from accounts.forms import ContactForm, ViewAsForm
from accounts.models import AccountSession, AuditEntry, Patient, User
from accounts.second_factor import take_away
from accounts.services import correct_contact, correct_phone
from accounts.viewing import COOKIE, LASTS, begin, may_view
from core.admin import ReadOnlyAdmin, act_page
from core.clock import current_time
from core.db import Refusal

# Nobody edits a patient here: it opens the page that mends how one is reached.
CORRECT = "accounts.change_patient"


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Support may stop an account; passwords, permissions and addresses are not edited here."""

    list_display = ("email", "full_name", "is_patient", "is_doctor", "is_staff", "is_active")
    list_filter = ("is_patient", "is_doctor", "is_staff", "is_active")
    search_fields = ("email", "first_names", "last_names")
    fields = ("email", "first_names", "last_names", "is_patient", "is_doctor", "is_active",
              "language", "time_zone", "joined_at", "last_login")  # fmt: skip
    # What somebody is follows from what they did: signing up, a profile, an invitation.
    readonly_fields = ("email", "is_patient", "is_doctor", "joined_at", "last_login")

    def found_as(self, user: User) -> str:
        return f"{user} · {user.email}"

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Administrators also say who is of the team, and in which group."""
        team = ["is_staff", "groups"] if request.user.has_perm("auth.change_group") else []
        return [*self.fields, *team]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # people sign up

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # what happened to an account stays; the account is emptied by its owner

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody below an administrator of everything touches one."""
        is_above = obj is None or not obj.is_superuser or request.user.is_superuser
        return is_above and super().has_change_permission(request, obj)

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
            answer.set_cookie(COOKIE, "1", httponly=True, samesite="Lax", max_age=LASTS,
                              secure=settings.SESSION_COOKIE_SECURE)  # fmt: skip
            return answer
        title, minutes = _("Ver como %(name)s") % {"name": person}, LASTS // timedelta(minutes=1)
        page = "admin/accounts/user/view_as.html"
        return act_page(self, request, page, title=title, form=form, person=person, minutes=minutes)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        tell_who_acts(_staff(request))
        super().save_model(request, obj, form, change)


@admin.register(Patient)
class PatientAdmin(ReadOnlyAdmin):
    list_display = ("full_name", "relationship", "account", "phone")
    search_fields = ("first_names", "last_names", "account__email", "email", "phone")
    list_select_related = ("account",)
    fields = ("account", "relationship", "first_names", "last_names", "phone", "email",
              "created_at")  # fmt: skip

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


# The library's own shows its secrets.
admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Who lost the telephone and proved who they are: deleting one takes away all of them."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    search_fields = ("user__email",)
    list_select_related = ("user",)
    fields = list_display
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _staff(request).has_perm("mfa.delete_authenticator")

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        take_away(person=obj.user, actor=_staff(request), now=current_time())
