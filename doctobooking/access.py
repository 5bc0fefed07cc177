"""Who may open which page: one table, and the middleware that keeps it.

A route without a rule answers 404 to everybody, and a test walks the URLconf for such routes.
The table says which kind of person may knock; whose things they see is decided by the queries,
which start from the person who asks.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts import second_factor, sessions
from accounts.models import User
from core.clock import current_time


class Who(Enum):
    ANYONE = auto()
    ACCOUNT = auto()  # whoever is logged in
    DOCTOR = auto()
    CLINICIAN = auto()  # doctors before what is clinical: with their second factor
    DESK = auto()  # doctors and those who work at their reception
    STAFF = auto()
    NOBODY = auto()  # routes of a library that we do not use


RULES: dict[str, Who] = {
    "healthz": Who.ANYONE,
    "readyz": Who.ANYONE,
    "metrics": Who.ANYONE,  # who has the key
    # Browsers by themselves, also those of nobody.
    "csp_report": Who.ANYONE,
    "set_language": Who.ANYONE,
    "home": Who.ANYONE,
    "search": Who.ANYONE,
    "search_marks": Who.ANYONE,
    "search_suggestions": Who.ANYONE,
    "doctor": Who.ANYONE,
    "slots": Who.ANYONE,
    "slots_stream": Who.ANYONE,
    "slots_mark": Who.ANYONE,
    "opinions": Who.ANYONE,
    **dict.fromkeys(
        (
            "help",
            "questions",
            "support:article",
            "support:article_mark",
            "support:contact",
            "support:sent",
        ),
        Who.ANYONE,
    ),
    **dict.fromkeys(("support:tickets", "support:ticket", "support:ticket_file"), Who.ACCOUNT),
    # The link itself is the key: signed, for who asked without an account. So is a provider's mail.
    **dict.fromkeys(("support:link", "support:link_file", "support:inbound"), Who.ANYONE),
    # A published doctor's is for all; another one the view keeps for its owner.
    "photo": Who.ANYONE,
    "invitation": Who.ANYONE,
    "landing": Who.ANYONE,
    "widget": Who.ANYONE,
    "robots": Who.ANYONE,
    "security_txt": Who.ANYONE,
    "sitemap": Who.ANYONE,
    "sitemap_pages": Who.ANYONE,
    "sitemap_doctors": Who.ANYONE,
    "sitemap_landings": Who.ANYONE,
    # Choosing a time needs no account; everything after it does.
    "appointments:hold": Who.ANYONE,
    "appointments:extend": Who.ANYONE,
    "appointments:details": Who.ACCOUNT,
    "appointments:review": Who.ACCOUNT,
    "appointments:mine": Who.ACCOUNT,
    "appointments:appointment": Who.ACCOUNT,
    "appointments:choose": Who.ACCOUNT,
    "appointments:cancel": Who.ACCOUNT,
    "appointments:reschedule": Who.ACCOUNT,
    "appointments:move": Who.ACCOUNT,
    "appointments:calendar": Who.ACCOUNT,
    "appointments:pay": Who.ACCOUNT,
    # A server without an account: what it says is signed. The page's address is, too.
    "appointments:payment_callback": Who.ANYONE,
    "appointments:demo_checkout": Who.ANYONE,
    "appointments:attend": Who.ACCOUNT,
    **dict.fromkeys(("appointments:day", "appointments:day_step"), Who.ACCOUNT),
    # A screen on a wall has no session: the address itself is the key.
    **dict.fromkeys(("appointments:screen", "appointments:screen_stream"), Who.ANYONE),
    "appointments:series_cancel": Who.ACCOUNT,
    "appointments:receipt": Who.ACCOUNT,
    "appointments:receipt_pdf": Who.ACCOUNT,
    "notifications:inbox": Who.ACCOUNT,
    "notifications:read": Who.ACCOUNT,
    "notifications:preferences": Who.ACCOUNT,
    "notifications:visit_messages": Who.ACCOUNT,
    "notifications:visit_resend": Who.ACCOUNT,
    # The link itself is the key: signed, and open until the visit starts.
    "notifications:link_attend": Who.ANYONE,
    "notifications:link_day": Who.ANYONE,
    "notifications:link_cancel": Who.ANYONE,
    "notifications:link_choose": Who.ANYONE,
    "notifications:link_reschedule": Who.ANYONE,
    "notifications:link_move": Who.ANYONE,
    "notifications:unsubscribe": Who.ANYONE,
    "notifications:link_opinion": Who.ANYONE,
    **dict.fromkeys(
        (f"appointments:waiting{page}" for page in ("", "_join", "_entry", "_leave", "_offer")),
        Who.ACCOUNT,
    ),
    "appointments:calendar_feed": Who.ACCOUNT,
    # Programs read it, without a session: the address itself is the key.
    "appointments:feed": Who.ANYONE,
    "records:consultation": Who.ACCOUNT,
    "records:history": Who.ACCOUNT,
    "records:readers": Who.ACCOUNT,
    "prescriptions:mine": Who.ACCOUNT,
    "prescriptions:prescription": Who.ACCOUNT,
    "prescriptions:prescription_pdf": Who.ACCOUNT,
    # Whoever holds the paper.
    "prescriptions:verify": Who.ANYONE,
    "records:attachment": Who.ACCOUNT,
    "records:shares": Who.ACCOUNT,
    "records:share_revoke": Who.ACCOUNT,
    "reviews:opinion": Who.ACCOUNT,
    "reviews:opinion_edit": Who.ACCOUNT,
    "reviews:opinion_withdraw": Who.ACCOUNT,
    "reviews:opinion_appeal": Who.ACCOUNT,
    "reviews:rules": Who.ANYONE,
    "reviews:report": Who.ACCOUNT,
    "portal:setup": Who.DOCTOR,
    "portal:become_doctor": Who.ACCOUNT,
    "portal:next_step": Who.DOCTOR,
    "portal:profile": Who.DOCTOR,
    "portal:profile_details": Who.DOCTOR,
    "portal:profile_specialties": Who.DOCTOR,
    "portal:profile_licence": Who.DOCTOR,
    "portal:profile_photo": Who.DOCTOR,
    "portal:profile_education": Who.DOCTOR,
    "portal:profile_experience": Who.DOCTOR,
    "portal:profile_qualifications": Who.DOCTOR,
    "portal:preview": Who.DOCTOR,
    "portal:unpublish": Who.DOCTOR,
    "portal:publish": Who.DOCTOR,
    "portal:agenda": Who.DESK,
    "portal:agreement": Who.DOCTOR,
    "portal:agenda_print": Who.DESK,
    "portal:why": Who.DESK,
    "portal:stream": Who.DESK,
    "portal:changes": Who.DESK,
    "portal:news": Who.DESK,
    "portal:seen": Who.DESK,
    "portal:desk": Who.DESK,
    **dict.fromkeys(("portal:room", "portal:room_step", "portal:room_delay"), Who.DESK),
    "portal:clinic_screen": Who.DOCTOR,
    "portal:clinics": Who.DOCTOR,
    "portal:clinic_new": Who.DOCTOR,
    "portal:cities": Who.DOCTOR,
    "portal:travel": Who.DOCTOR,
    "portal:clinic": Who.DOCTOR,
    "portal:clinic_state": Who.DOCTOR,
    "portal:hours": Who.DOCTOR,
    "portal:dates": Who.DOCTOR,
    "portal:booking_rules": Who.DOCTOR,
    "portal:calendars": Who.DESK,
    "portal:calendar_new": Who.DOCTOR,
    "portal:calendar_read": Who.DOCTOR,
    "portal:calendar_remove": Who.DOCTOR,
    "portal:opinions": Who.DOCTOR,
    "portal:opinion_reply": Who.DOCTOR,
    "portal:opinion_appeal": Who.DOCTOR,
    **dict.fromkeys(("portal:tickets", "portal:ticket"), Who.DESK),
    "portal:team": Who.DOCTOR,
    "portal:team_new": Who.DOCTOR,
    "portal:team_member": Who.DOCTOR,
    "portal:team_resend": Who.DOCTOR,
    "portal:team_end": Who.DOCTOR,
    **dict.fromkeys(
        ("portal:waiting_list", "portal:waiting_times", "portal:waiting_give"), Who.DESK
    ),
    "portal:visit": Who.DESK,
    "portal:visit_messages": Who.DESK,
    "portal:visit_resend": Who.DESK,
    "portal:new_visit": Who.DESK,
    "portal:patient_contact": Who.DESK,
    # What touches visits of all clinics is for the doctor alone.
    "portal:block": Who.DOCTOR,
    "portal:unblock": Who.DOCTOR,
    "portal:opening": Who.DOCTOR,
    "portal:visit_reschedule": Who.DESK,
    "portal:visit_cancel": Who.DESK,
    "portal:visit_answer": Who.DESK,
    "portal:visit_attendance": Who.DESK,
    "portal:visit_correction": Who.DESK,
    "portal:unrecorded": Who.DESK,
    **dict.fromkeys(("portal:series", "portal:series_move", "portal:series_cancel"), Who.DESK),
    "portal:payment": Who.DESK,
    "portal:payment_refund": Who.DESK,
    "portal:payment_waive": Who.DESK,
    "portal:payment_price": Who.DESK,
    "portal:payment_void": Who.DESK,
    "portal:receipt": Who.DESK,
    "portal:receipt_pdf": Who.DESK,
    "portal:answers": Who.DESK,
    "portal:owed": Who.DESK,
    "portal:owed_csv": Who.DESK,
    "portal:cash": Who.DESK,
    "portal:cash_csv": Who.DESK,
    "portal:occupancy": Who.DOCTOR,
    "portal:occupancy_csv": Who.DOCTOR,
    # Clinical: reception has no part in it.
    "portal:consultation": Who.CLINICIAN,
    "portal:consultation_draft": Who.CLINICIAN,
    "portal:consultation_sign": Who.CLINICIAN,
    "portal:consultation_amend": Who.CLINICIAN,
    "portal:history": Who.CLINICIAN,
    "portal:former_patients": Who.CLINICIAN,
    "portal:prescription_new": Who.CLINICIAN,
    "portal:prescription": Who.CLINICIAN,
    "portal:prescription_pdf": Who.CLINICIAN,
    "portal:prescription_revoke": Who.CLINICIAN,
    "portal:prescription_templates": Who.CLINICIAN,
    "portal:prescription_template": Who.CLINICIAN,
    "portal:prescription_template_new": Who.CLINICIAN,
    "portal:prescription_template_delete": Who.CLINICIAN,
    "portal:diagnoses": Who.CLINICIAN,
    **dict.fromkeys(
        ("portal:attachment", "portal:attachment_add", "portal:attachment_remove"), Who.CLINICIAN
    ),
    **dict.fromkeys(
        ("portal:background", "portal:background_end", "portal:shared_consultation"), Who.CLINICIAN
    ),
    "accounts:profile": Who.ACCOUNT,
    "accounts:activity": Who.ACCOUNT,
    "accounts:dependants": Who.ACCOUNT,
    "accounts:add_dependant": Who.ACCOUNT,
    "accounts:dependant": Who.ACCOUNT,
    "accounts:sessions": Who.ACCOUNT,
    "accounts:sessions_end": Who.ACCOUNT,
    "accounts:stay": Who.ACCOUNT,
    "accounts:passkey_remove": Who.ACCOUNT,
    "accounts:view_end": Who.STAFF,
    **dict.fromkeys(
        ("terms", "privacy_notice", "health_consent", "doctor_terms", "legal_version"), Who.ANYONE
    ),
    **dict.fromkeys(
        (
            "privacy:mine",
            "privacy:withdraw",
            "privacy:export",
            "privacy:download",
            "privacy:close",
            "privacy:close_undo",
        ),
        Who.ACCOUNT,
    ),
    # django-allauth
    "account_login": Who.ANYONE,
    "account_signup": Who.ANYONE,
    "account_logout": Who.ANYONE,
    "account_inactive": Who.ANYONE,
    "account_email_verification_sent": Who.ANYONE,
    "account_reset_password": Who.ANYONE,
    "account_reset_password_done": Who.ANYONE,
    "account_reset_password_from_key": Who.ANYONE,
    "account_reset_password_from_key_done": Who.ANYONE,
    "account_reauthenticate": Who.ACCOUNT,
    "account_change_password": Who.ACCOUNT,
    "account_set_password": Who.ACCOUNT,
    "account_email": Who.ACCOUNT,
    "account_confirm_login_code": Who.NOBODY,
    "mfa_index": Who.ACCOUNT,
    # In the middle of a log-in: who it is, the session knows; the password was right.
    "mfa_authenticate": Who.ANYONE,
    "mfa_login_webauthn": Who.ANYONE,
    "mfa_reauthenticate": Who.ACCOUNT,
    "mfa_reauthenticate_webauthn": Who.ACCOUNT,
    "mfa_activate_totp": Who.ACCOUNT,
    "mfa_deactivate_totp": Who.ACCOUNT,
    "mfa_view_recovery_codes": Who.ACCOUNT,
    "mfa_generate_recovery_codes": Who.ACCOUNT,
    "mfa_download_recovery_codes": Who.ACCOUNT,
    "mfa_add_webauthn": Who.ACCOUNT,
    # Their addresses hold primary keys: accounts:passkey_remove does it.
    **dict.fromkeys(("mfa_list_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"), Who.NOBODY),
}
# Where an account that must have a second factor shows it (settings.SECOND_FACTOR_FOR).
WITH_FACTOR = (Who.CLINICIAN, Who.STAFF)
# Where every account that has a factor shows it: a password alone does not change what keeps the
# account, nor take away all that it holds.
OF_THE_KEYS = {
    "account_change_password", "account_email", "account_set_password", "accounts:passkey_remove",
    "mfa_activate_totp", "mfa_add_webauthn", "mfa_deactivate_totp", "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_view_recovery_codes", "privacy:close", "privacy:download",
    "privacy:export",
}  # fmt: skip
# Whole namespaces that guard themselves page by page.
NAMESPACES: dict[str, Who] = {
    "admin": Who.STAFF,
    "mail_preview": Who.ANYONE,  # local settings only, this machine only
}
# The admin's own log-in page must be reachable: it leads to ours.
RULES["admin:login"] = Who.ANYONE


def rule_of(view_name: str) -> Who | None:
    """The rule of a route by its name with namespaces, `None` when nobody wrote one."""
    return RULES.get(view_name) or NAMESPACES.get(view_name.partition(":")[0])


def may(user: Any, who: Who) -> bool:
    return (
        who is Who.ANYONE
        or (who is Who.ACCOUNT and user.is_authenticated)
        or (who in (Who.DOCTOR, Who.CLINICIAN) and user.is_authenticated and user.is_doctor)
        or (who is Who.DESK and user.is_authenticated and (user.is_doctor or user.is_assistant))
        or (who is Who.STAFF and user.is_authenticated and user.is_staff)
    )


class AccessMiddleware(LoginRequiredMiddleware):
    """Locked by default: anonymous people are sent to log in, strangers get a 404."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        who = rule_of(match.view_name) if match and match.view_name else None
        if who in (None, Who.NOBODY):
            raise Http404("no rule for this route")
        if who is Who.ANYONE:
            _forget_who_stayed_away(request)
            return None
        if not request.user.is_authenticated:
            return self.handle_no_permission(request, view_func)
        if not sessions.use(request, current_time(), user=getattr(request, "viewer", None)):
            return _sent_to_log_in(request)
        if not may(request.user, who):
            raise Http404
        assert match is not None
        return _ask_for_factor(request) if _needs_factor(request, match.view_name, who) else None


def _forget_who_stayed_away(request: HttpRequest) -> None:
    """Where anybody may act, and where a form knows who asks, they go on as nobody."""
    knows = request.method not in ("GET", "HEAD") or request.path == reverse("support:contact")
    if not knows or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return
    viewer = getattr(request, "viewer", None)
    if request.user.is_authenticated and not sessions.use(request, current_time(), user=viewer):
        logout(request)


def _sent_to_log_in(request: HttpRequest) -> HttpResponseBase:
    """The session ran out: the same page comes after the log-in."""
    logout(request)
    messages.info(request, _("Cerramos su sesión porque estuvo un rato sin usarse."))
    return redirect_to_login(request.get_full_path())


def _needs_factor(request: HttpRequest, view_name: str, who: Who) -> bool:
    assert isinstance(request.user, User)
    if who in WITH_FACTOR and second_factor.must_have(request.user):
        return True
    return view_name in OF_THE_KEYS and second_factor.ways_of(request.user).exists()


def _ask_for_factor(request: HttpRequest) -> HttpResponseBase | None:
    """To the page that asks for it, or that sets it up; None when it was shown."""
    assert isinstance(request.user, User)
    if second_factor.has_proof(request):
        return None
    page = second_factor.page_that_asks(request.user)
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path(), reverse(page))
    messages.info(request, _("Cuando lo haya confirmado, envíe otra vez lo que estaba haciendo."))
    return redirect_to_login(_page_before(request), reverse(page))


def _page_before(request: HttpRequest) -> str:
    """Of a form that was sent: many addresses that take one show nothing."""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()}):
        return reverse("home")
    parts = urlsplit(referer)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
