"""What became of an attempt to ask something by the contact form."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import get_language

from accounts.models import User
from appointments.browsers import address_digest
from support.enums import About
from support.forms import OFFERED_VISITS, ContactForm
from support.models import Ticket
from support.queries import visits_to_name
from support.refusals import TicketRefused
from support.services.asking import Asker, open_ticket

# The question that a browser without an account has just sent.
SENT = "ticket_sent"


@dataclass
class Attempt:
    form: ContactForm
    status: int = 200
    ticket: Ticket | None = None


def attempt(request: HttpRequest, now: datetime) -> Attempt:
    account = request.user if isinstance(request.user, User) else None
    visits = visits_to_name(account, most=OFFERED_VISITS) if account else ()
    if request.method != "POST":
        initial = {"about": request.GET.get("tema", "")}
        return Attempt(ContactForm(account=account, visits=visits, now=now, initial=initial))
    form = ContactForm(request.POST, request.FILES, account=account, visits=visits, now=now)
    if not form.is_valid():
        return Attempt(form, 422)
    data = form.cleaned_data
    about, visit, name = About(data["about"]), form.chosen_visit, data.get("name", "")
    asker = Asker(
        account=account, name=name, email=data.get("email", ""), visit=visit,
        language=get_language() or "es", address_digest=address_digest(request),
    )  # fmt: skip
    said = {"about": about, "subject": data["subject"], "words": form.words}
    try:
        ticket = open_ticket(asker=asker, now=now, **said)
    except TicketRefused as refusal:
        form.add_error(None, str(refusal))
        return Attempt(form, refusal.status)
    return Attempt(form, ticket=ticket)
