from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from accounts.audit import tell_who_acts
from accounts.models import AccountSession, AuditEntry, Patient, User
from accounts.second_factor import take_away
from core.admin import ReadOnlyAdmin
from core.clock import current_time


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Support may stop an account; passwords, permissions and addresses are not edited here."""

    list_display = ("email", "full_name", "is_patient", "is_doctor", "is_staff", "is_active")
    list_filter = ("is_patient", "is_doctor", "is_staff", "is_active")
    search_fields = ("email", "first_names", "last_names")
    fields = ("email", "first_names", "last_names", "is_patient", "is_doctor", "is_active",
              "language", "time_zone", "joined_at", "last_login")  # fmt: skip
    readonly_fields = ("email", "joined_at", "last_login")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        tell_who_acts(request.user)
        super().save_model(request, obj, form, change)


@admin.register(Patient)
class PatientAdmin(ReadOnlyAdmin):
    list_display = ("full_name", "relationship", "account", "phone")
    search_fields = ("first_names", "last_names", "account__email", "phone")
    list_select_related = ("account",)
    fields = ("account", "relationship", "first_names", "last_names", "phone", "email",
              "created_at")  # fmt: skip


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
        assert isinstance(request.user, User)
        return request.user.has_perm("mfa.delete_authenticator")

    def delete_model(self, request: HttpRequest, obj: Authenticator) -> None:
        assert isinstance(request.user, User)
        take_away(person=obj.user, actor=request.user, now=current_time())
