from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts.views import set_language
from core import converters
from doctobooking import health
from doctobooking.metrics import metrics
from doctobooking.policy_reports import csp_report
from portal.views.invitation import invitation

converters.register()

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path(settings.CSP_REPORTS_AT.lstrip("/"), csp_report, name="csp_report"),
    path("idioma/", set_language, name="set_language"),
    path("", include("notifications.urls")),
    path("cuenta/", include("accounts.urls")),
    path("cuenta/privacidad/", include("privacy.urls")),
    path("cuenta/", include("allauth.urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
    path("invitacion/<str:token>/", invitation, name="invitation"),
    path("", include("appointments.urls")),
    path("", include("records.urls")),
    path("", include("prescriptions.urls")),
    path("", include("reviews.urls")),
    path("", include("portal.urls")),
    path("", include("doctors.urls")),
    path("", include("support.urls")),
    path("", include("directory.urls")),
    path("", include("privacy.public_urls")),
]

if "django_mail_preview" in settings.INSTALLED_APPS:
    from doctobooking.local import mailbox

    urlpatterns += mailbox.urlpatterns()

handler400 = "core.views.bad_request"
handler403 = "core.views.permission_denied"
handler404 = "core.views.page_not_found"
handler500 = "core.views.server_error"
