from django.contrib import admin

from accounts.models import Patient, User
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


@admin.register(Patient)
class PatientAdmin(ReadOnlyAdmin):
    list_display = ("full_name", "relationship", "account", "phone")
    search_fields = ("first_names", "last_names", "account__email", "phone")
    list_select_related = ("account",)
    fields = ("account", "relationship", "first_names", "last_names", "phone", "email",
              "created_at")  # fmt: skip
