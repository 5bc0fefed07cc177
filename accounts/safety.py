"""Pages of an account's safety, beside django-allauth's: where it is logged in, its passkeys."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import flows
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import sessions as browsers
from accounts import viewing
from accounts.audit import note
from accounts.enums import AuditAct
from accounts.http import AccountRequest
from core.clock import current_time


@require_safe
def sessions(request: AccountRequest) -> HttpResponse:
    """The browsers in which the account is logged in."""
    rows = browsers.open_sessions(request.user, current_time())
    here = [row for row in rows if browsers.is_current(row, request)]
    elsewhere = [row for row in rows if row not in here]
    return render(request, "accounts/sessions.html", {"here": here, "elsewhere": elsewhere})


@require_POST
def sessions_end(request: AccountRequest) -> HttpResponse:
    """Log out one browser («cual»), or all the others."""
    now, which = current_time(), request.POST.get("cual", "")
    chosen = browsers.others(request, request.user)
    if which:
        chosen = [row for row in chosen if str(row.public_id) == which]
    ended = browsers.end(chosen, now)
    if ended:
        note(AuditAct.SESSIONS, person=request.user, actor=request.user, at=now, what=str(ended))
    words = ngettext("Cerramos la sesión en %(n)d navegador.",
                     "Cerramos la sesión en %(n)d navegadores.", ended)  # fmt: skip
    messages.success(request, words % {"n": ended} if ended else _("No hay otras sesiones."))
    return redirect("accounts:sessions")


@require_POST
def stay(request: AccountRequest) -> HttpResponse:
    """Somebody is at work in an open page: static/js/stay.js says so, and the access rule that
    led here has noted it.
    """
    return HttpResponse(status=204)


@require_POST
def view_end(request: AccountRequest) -> HttpResponse:
    """Support stops looking as another person, and is back at that person's page."""
    kept = request.session.get(viewing.SESSION_KEY)
    viewing.end(request)
    answer = redirect("admin:accounts_user_change", kept["person"]) if kept else redirect("home")
    answer.delete_cookie(settings.VIEWING_COOKIE_NAME, samesite="Lax")
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def passkey_remove(request: AccountRequest, number: str) -> HttpResponse:
    """Ask, then remove one's passkey, by its place in the order in which they were added."""
    keys = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN)
    by_place = {str(place): key for place, key in enumerate(keys.order_by("pk"), start=1)}
    key = by_place.get(number)
    if key is None:
        raise Http404
    if request.method == "POST":
        # Sent again after it was done, the place is another key's: its date must fit, too.
        if request.POST.get("desde") == key.created_at.isoformat():
            flows.remove_authenticator(request, key)
        return redirect("mfa_index")
    return render(request, "accounts/passkey_remove.html", {"key": key.wrap(), "number": number})
