from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.audit import tell_who_acts
from accounts.models import AuditEntry, Patient, User
from core.admin import ReadOnlyAdmin


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
