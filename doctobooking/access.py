"""Who may open which page: one table, and the middleware that keeps it.

A route without a rule answers 404 to everybody, and a test walks the URLconf for such routes.
The table says which kind of person may knock; whose things they see is decided by the queries,
which start from the person who asks.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase


class Who(Enum):
    ANYONE = auto()
    ACCOUNT = auto()  # whoever is logged in
    DOCTOR = auto()
    DESK = auto()  # doctors and those who work at their reception
    STAFF = auto()
    NOBODY = auto()  # routes of a library that we do not use


RULES: dict[str, Who] = {
    "healthz": Who.ANYONE,
    "readyz": Who.ANYONE,
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
    "help": Who.ANYONE,
    # A published doctor's is for all; another one the view keeps for its owner.
    "photo": Who.ANYONE,
    "invitation": Who.ANYONE,
    "landing": Who.ANYONE,
    "widget": Who.ANYONE,
    "robots": Who.ANYONE,
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
    "portal:consultation": Who.DOCTOR,
    "portal:consultation_draft": Who.DOCTOR,
    "portal:consultation_sign": Who.DOCTOR,
    "portal:consultation_amend": Who.DOCTOR,
    "portal:history": Who.DOCTOR,
    "portal:prescription_new": Who.DOCTOR,
    "portal:prescription": Who.DOCTOR,
    "portal:prescription_pdf": Who.DOCTOR,
    "portal:prescription_revoke": Who.DOCTOR,
    "portal:prescription_templates": Who.DOCTOR,
    "portal:prescription_template": Who.DOCTOR,
    "portal:prescription_template_new": Who.DOCTOR,
    "portal:prescription_template_delete": Who.DOCTOR,
    "portal:diagnoses": Who.DOCTOR,
    **dict.fromkeys(
        ("portal:attachment", "portal:attachment_add", "portal:attachment_remove"), Who.DOCTOR
    ),
    **dict.fromkeys(
        ("portal:background", "portal:background_end", "portal:shared_consultation"), Who.DOCTOR
    ),
    "accounts:profile": Who.ACCOUNT,
    "accounts:activity": Who.ACCOUNT,
    "accounts:dependants": Who.ACCOUNT,
    "accounts:add_dependant": Who.ACCOUNT,
    "accounts:dependant": Who.ACCOUNT,
    **dict.fromkeys(
        ("terms", "privacy_notice", "health_consent", "doctor_terms", "legal_version"), Who.ANYONE
    ),
    **dict.fromkeys(
        ("privacy:mine", "privacy:withdraw", "privacy:export", "privacy:download"), Who.ACCOUNT
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
}
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
        or (who is Who.DOCTOR and user.is_authenticated and user.is_doctor)
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
            return None
        if not request.user.is_authenticated:
            return self.handle_no_permission(request, view_func)
        if not may(request.user, who):
            raise Http404
        return None
