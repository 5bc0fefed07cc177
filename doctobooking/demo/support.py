"""Questions of the demo's people to the help desk, and answers that are given often.

As the services would leave them, but nobody is told.
"""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from doctobooking.demo import personas
from doctobooking.demo.chance import Chance
from support.enums import FIRST_ANSWER, OVER, About, Author, Priority, State
from support.models import CannedAnswer, Ticket, TicketMessage

CANNED = (
    ("El correo no llega", "Hola, {nombre}: mire en «correo no deseado» y pida otro código en la "
     "misma página. Si no llega en unos minutos, responda a este mensaje.",
     "Hello {nombre}, look into “spam” and ask for another code on the same page. If it does not "
     "arrive within a few minutes, answer this message."),
    ("Cancelar o cambiar la hora", "Hola, {nombre}: abra la cita en «Mis citas» y elija "
     "Reprogramar o Cancelar. Allí ve hasta cuándo no tiene costo.",
     "Hello {nombre}, open the visit in “My visits” and choose Move or Cancel. It says until when "
     "this is free of charge."),
    ("Gracias y cierre", "Gracias por escribirnos, {nombre}. Damos por resuelta su consulta "
     "{codigo}; si algo falta, responda y la abrimos otra vez.",
     "Thank you for writing to us, {nombre}. We take your question {codigo} to be solved; if "
     "anything is missing, answer and we open it again."),
)  # fmt: skip
# Who, how long ago in hours, about what, how urgent, where it stands, question and answer.
QUESTIONS = (
    ("", 3, About.MESSAGES, Priority.NORMAL, State.OPEN, "No me llega el código",
     "Quise crear mi cuenta y el código no llega.", ""),
    (personas.PATIENT, 50, About.VISIT, Priority.NORMAL, State.SOLVED, "Cambiar de hora",
     "¿Puedo cambiar la hora de mi cita desde el teléfono?",
     "Sí: abra la cita en «Mis citas» y elija Reprogramar."),
    (personas.DOCTOR, 30, About.AGENDA, Priority.HIGH, State.WAITING, "Feriado de diciembre",
     "¿Cómo cierro el 25 de diciembre en un solo consultorio?",
     "En las fechas especiales de ese consultorio. ¿Quiere que lo veamos juntos?"),
    (personas.DOCTOR, 1, About.PAYMENT, Priority.NORMAL, State.OPEN, "Recibos en inglés",
     "¿El recibo sale en el idioma del paciente?", ""),
)  # fmt: skip
CODES = ("DEMA34", "DEMB36", "DEMC37", "DEMD38")


def make_tickets(chance: Chance, now: datetime) -> None:
    for title, spanish, english in CANNED:
        CannedAnswer.objects.get_or_create(
            title=title, defaults={"text_es": spanish, "text_en": english}
        )
    helper = User.objects.get(email=personas.SUPPORT)
    for code, question in zip(CODES, QUESTIONS, strict=True):
        _ask(chance, code, question, helper, now)


def _ask(chance: Chance, code: str, question: tuple[Any, ...], helper: User, now: datetime) -> None:
    address, hours, about, priority, state, subject, text, answer = question
    opened_at = now - timedelta(hours=hours)
    answered_at = opened_at + timedelta(hours=1) if answer else None
    nobody = {"name": "Rosa Paz", "email": "rosa.paz@demo.test"}
    ticket = Ticket(
        public_id=chance.uuid(), code=code, about=about, priority=priority, state=state,
        requester=User.objects.get(email=address) if address else None,
        **({} if address else nobody), owner=helper if answer else None, opened_at=opened_at,
        due_at=opened_at + FIRST_ANSWER[priority], answered_at=answered_at,
        last_at=answered_at or opened_at, solved_at=answered_at if state in OVER else None,
        mark=5 if state in OVER else None, marked_at=answered_at if state in OVER else None,
    )  # fmt: skip
    ticket.subject = subject
    ticket.save(force_insert=True)
    _say(chance, ticket, Author.PERSON, ticket.requester, text, opened_at)
    if answered_at:
        _say(chance, ticket, Author.STAFF, helper, answer, answered_at)


def _say(
    chance: Chance, ticket: Ticket, author: Author, by: User | None, text: str, at: datetime
) -> None:
    message = TicketMessage(public_id=chance.uuid(), ticket=ticket, author=author, by=by, at=at)
    message.text = text
    message.save(force_insert=True)
