"""Records that the demo's doctor wrote: signed ones, one with an addendum and a document, a draft;
a background, a permission.

Written past the services: nobody is told of the demo's past.
"""

from datetime import datetime, timedelta
from io import BytesIO

from django.db.models import Q
from PIL import Image, ImageDraw

from appointments.enums import Status
from appointments.models import Appointment
from doctobooking.demo import personas
from doctobooking.demo.chance import Chance
from records.documents import Amended, Content, Diagnosis, Fact
from records.enums import Act, Role, Sort
from records.files import PNG, Checked
from records.models import (
    AccessLog,
    Amendment,
    AttachedFile,
    Attachment,
    Consultation,
    Line,
    Share,
)

MOST = 24
TEXTS = (
    Content(
        reason="Control de presión arterial.",
        history="Hipertensión desde hace seis años. Toma la medicación todos los días.\n"
        "Sin dolor de pecho ni falta de aire.",
        assessment="Ruidos cardíacos rítmicos, sin soplos. Sin edema. Presión controlada.",
        plan="Continuar con losartán 50 mg cada 24 horas. Perfil lipídico y creatinina.",
        instructions="Siga con la medicación a la misma hora.\nCamine 30 minutos al día y coma con "
        "poca sal.\nRegrese en tres meses con los exámenes.",
        vitals={"systolic": "132", "diastolic": "84", "heart_rate": "72", "weight": "74.5",
                "height": "168", "saturation": "95"},
        diagnoses=(Diagnosis("Hipertensión esencial (primaria)", "I10"),),
    ),
    Content(
        reason="Palpitaciones al subir gradas.",
        history="Desde hace un mes, unos minutos, ceden solas. Tres cafés al día.",
        assessment="Examen normal. Electrocardiograma en ritmo sinusal, sin alteraciones.",
        plan="Holter de 24 horas. Hemograma y TSH. Control con resultados.",
        instructions="Deje el café y las bebidas energizantes hasta la próxima cita.\nSi se "
        "desmaya o le duele el pecho, vaya a emergencias.",
        private_note="Muy preocupada por la muerte reciente de su padre. Explicar con calma.",
        vitals={"systolic": "118", "diastolic": "76", "heart_rate": "104", "saturation": "96"},
        diagnoses=(Diagnosis("Palpitaciones", "R00.2"),),
    ),
    Content(
        reason="Chequeo antes de empezar a correr.",
        history="Sin enfermedades conocidas. Padre con infarto a los 68 años. No fuma.",
        assessment="Examen y electrocardiograma normales. Riesgo cardiovascular bajo.",
        plan="Puede hacer ejercicio sin restricciones. Perfil lipídico cada dos años.",
        instructions="Empiece de a poco: tres veces por semana, media hora, y aumente cada dos "
        "semanas.",
        vitals={"systolic": "116", "diastolic": "74", "heart_rate": "64", "temperature": "36.4",
                "weight": "68", "height": "171"},
        diagnoses=(Diagnosis("Examen médico general", "Z00.0"),),
    ),
    Content(
        reason="Resultados de exámenes.",
        history="Colesterol LDL de 168 mg/dl. Come fuera de casa la mayoría de los días.",
        assessment="Hipercolesterolemia sin otros factores de riesgo.",
        plan="Dieta y ejercicio por tres meses; si LDL sigue sobre 160 mg/dl, iniciar estatina.",
        instructions="Menos frituras y embutidos; más verduras, granos y pescado.\nRepita el "
        "examen en tres meses, en ayunas.",
        vitals={"systolic": "124", "diastolic": "80", "weight": "88", "height": "175"},
        diagnoses=(Diagnosis("Hipercolesterolemia pura", "E78.0"),),
    ),
)  # fmt: skip
FACTS = (
    Fact(Sort.ALLERGY, "Penicilina: urticaria"),
    Fact(Sort.CONDITION, "Hipertensión arterial desde 2020"),
    Fact(Sort.MEDICATION, "Losartán 50 mg cada 24 horas"),
)
ADDED = Amended(
    text="Llegaron la creatinina y el perfil lipídico: normales. Se espacia el control.",
    instructions="Sus exámenes están bien.\nSiga con la medicación a la misma hora.\nRegrese en "
    "seis meses, ya no en tres.",
    diagnoses=TEXTS[0].diagnoses,
)


def write_records(chance: Chance, now: datetime) -> int:
    """Of the attended visits of the demo's doctor, her own patient's first. Returns how many."""
    visits = list(_visits(now))
    for n, visit in enumerate(visits):
        record = _write(chance, visit, TEXTS[n % len(TEXTS)], is_draft=n == 1)
        if record.is_signed:
            _look(record, visit, Act.SIGNED, record.saved_at)
        if n == 0:
            _amend(chance, record, visit, now)
            _attach(chance, record, visit)
            for fact in FACTS:
                _note(chance, visit, fact)
    _share(chance, now)
    return len(visits)


def _visits(now: datetime) -> list[Appointment]:
    attended = Appointment.objects.filter(
        doctor__user__email=personas.DOCTOR, status=Status.ATTENDED, ends_at__lt=now
    ).select_related("doctor__user", "patient__account")
    latest = attended.order_by("-starts_at", "public_id")
    hers = Q(patient__account__email=personas.PATIENT)
    return [*latest.filter(hers)[:6], *latest.exclude(hers)[: MOST - 6]]


def _write(chance: Chance, visit: Appointment, said: Content, *, is_draft: bool) -> Consultation:
    at = visit.ends_at
    record = Consultation(
        public_id=chance.uuid(), visit=visit, author=visit.doctor.user, created_at=at, saved_at=at,
        shows_diagnoses=chance.random() < 0.5, signed_at=None if is_draft else at,
    )  # fmt: skip
    record.write(said.document)
    record.save(force_insert=True)
    return record


def _amend(chance: Chance, record: Consultation, visit: Appointment, now: datetime) -> None:
    at = min(visit.ends_at + timedelta(days=4), now)
    added = Amendment(
        public_id=chance.uuid(), consultation=record, number=1, author=record.author, at=at,
        shows_diagnoses=True,
    )  # fmt: skip
    added.write(ADDED.document)
    added.save(force_insert=True)
    _look(record, visit, Act.READ, at - timedelta(minutes=6))
    _look(record, visit, Act.AMENDED, at)


def _attach(chance: Chance, record: Consultation, visit: Appointment) -> None:
    """An electrocardiogram that the patient may download."""
    file = Checked("Electrocardiograma.png", PNG, _strip())
    row = Attachment(
        public_id=chance.uuid(), consultation=record, author=record.author, is_for_patient=True,
        at=record.saved_at,
    )  # fmt: skip
    row.write(file.card.document)
    row.save(force_insert=True)
    held = AttachedFile(public_id=chance.uuid(), attachment=row)
    held.content = file.content
    held.save(force_insert=True)
    _look(record, visit, Act.ATTACHED, record.saved_at)


def _strip() -> bytes:
    """A heart's beats on squared paper, drawn by us."""
    picture = Image.new("RGB", (600, 200), "#fff7f7")
    draw = ImageDraw.Draw(picture)
    for at in range(0, 600, 20):
        draw.line((at, 0, at, 200), "#f3c6c6")
        draw.line((0, at, 600, at), "#f3c6c6")
    beat = ((0, 0), (30, 0), (38, -12), (46, 0), (56, 8), (62, -70), (68, 24), (76, 0), (100, 0))
    beats = [(120 * n + x, 110 + y) for n in range(5) for x, y in beat]
    draw.line(beats, "#20303a", width=2)
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _note(chance: Chance, visit: Appointment, fact: Fact) -> None:
    line = Line(public_id=chance.uuid(), visit=visit, author=visit.doctor.user, at=visit.ends_at)
    line.write(fact.document)
    line.save(force_insert=True)


def _share(chance: Chance, now: datetime) -> None:
    """The demo's patient lets the demo's doctor read what others sign, for a month."""
    hers = Appointment.objects.visits().filter(
        doctor__user__email=personas.DOCTOR,
        patient__account__email=personas.PATIENT,
        patient__relationship="self",
    )
    visit = hers.select_related("patient__account", "doctor").order_by("starts_at").first()
    if visit is None or visit.patient is None or visit.patient.account is None:
        return
    Share.objects.create(
        public_id=chance.uuid(), patient=visit.patient, doctor=visit.doctor,
        by=visit.patient.account, created_at=now - timedelta(days=3),
        expires_at=now + timedelta(days=27),
    )  # fmt: skip


def _look(record: Consultation, visit: Appointment, act: Act, at: datetime) -> None:
    assert visit.patient is not None
    AccessLog.objects.create(
        patient=visit.patient, consultation=record, reader=record.author, role=Role.DOCTOR,
        act=act, at=at, network="203.0.113.0/24",
    )  # fmt: skip
