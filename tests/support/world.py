"""Conversations with support, by the services that people and the team use."""

import uuid
from datetime import timedelta
from io import BytesIO

from django.contrib.auth.models import Permission
from PIL import Image

from core.models import Event
from records.files import check
from support.enums import About, State
from support.queries import last_said
from support.services.asking import Asker, Words, open_ticket, reply_to_ticket
from support.services.attending import answer_ticket
from support.tokens import token_of
from tests.conftest import NOW
from tests.factories import UserFactory

QUESTION, ANSWER = "PREGUNTA7Q", "RESPUESTA7Q"


def asked(account=None, *, text=QUESTION, subject="ASUNTO7Q", now=NOW, files=(), key=None, **more):
    """A question of an account, or of Rosa, who has none."""
    more = {"name": "Rosa Paz", "email": "rosa@ejemplo.test", **more}
    return open_ticket(
        asker=Asker(account, **more), about=About.MESSAGES, subject=subject,
        words=Words(text, files, key), now=now,
    )  # fmt: skip


def replied(ticket, text="Gracias", *, by=None, now=NOW, **more):
    return reply_to_ticket(ticket=ticket, words=Words(text, **more), by=by, now=now)


def answered(ticket, by, text=ANSWER, *, state=State.WAITING, now=NOW, seen=None, **more):
    """By one who has read all that was said, unless `seen` says otherwise."""
    seen = last_said(ticket) if seen is None else seen
    words = Words(text, **more)
    return answer_ticket(ticket=ticket, words=words, state=state, seen=seen, by=by, now=now)


def mailed(ticket, sender, text="AJENA7Q", *, files=(), now=NOW):
    """To the question's own address, from somebody else's."""
    words = Words(text, files, mail_digest=uuid.uuid4().hex, sender=sender)
    return reply_to_ticket(ticket=ticket, words=words, by=None, now=now)


def picture(name="captura.png"):
    """As a phone would take it, checked."""
    file = BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "PNG")
    file.seek(0)
    return check(file, name)


def things_of_support(account):
    """What the routes of the help desk are asked for."""
    ticket = asked(account, files=[picture("CAPTURA7Q.png")], now=NOW - timedelta(minutes=1))
    rosas = asked(text="PREGUNTA8Q", files=[picture()], now=NOW - timedelta(minutes=1))
    # Where nobody has done anything yet, there are no events either.
    Event.objects.filter(name__startswith="ticket.").delete()
    return {
        "article": "recetas",
        "ticket": ticket.public_id,
        "ticket_file": ticket.messages.get().files.get().public_id,
        "token": token_of(rosas),
        "link_file": rosas.messages.get().files.get().public_id,
    }


def helper():
    """Somebody of the team, with the right to attend."""
    user = UserFactory(email=f"{uuid.uuid4().hex[:8]}@ejemplo.test", is_staff=True,
                       first_names="Sofía", last_names="Mora", is_patient=False)  # fmt: skip
    codes = ("attend_ticket", "view_ticket", "view_cannedanswer", "add_cannedanswer",
             "change_cannedanswer")  # fmt: skip
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return user
