from django.contrib import admin

from doctors.models import Doctor, DoctorSpecialty, Education, Experience, Qualification, Specialty


class SpecialtyInline(admin.TabularInline):
    model = DoctorSpecialty
    extra = 0


class EducationInline(admin.TabularInline):
    model = Education
    extra = 0


class ExperienceInline(admin.TabularInline):
    model = Experience
    extra = 0


class QualificationInline(admin.TabularInline):
    model = Qualification
    extra = 0


@admin.register(Specialty)
class SpecialtyAdmin(admin.ModelAdmin):
    list_display = ("name", "name_en", "slug")
    search_fields = ("name", "name_en", "synonyms")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Doctor)
class DoctorAdmin(admin.ModelAdmin):
    list_display = ("display_name", "licence_number", "licence_checked_at", "is_published")
    list_filter = ("is_published", "takes_new_patients", "specialties")
    search_fields = ("first_names", "last_names", "licence_number", "user__email", "slug")
    raw_id_fields = ("user",)
    prepopulated_fields = {"slug": ("first_names", "last_names")}
    inlines = (SpecialtyInline, EducationInline, ExperienceInline, QualificationInline)
