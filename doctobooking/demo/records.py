"""Records that the demo's doctor wrote: signed ones, one with an addendum, a draft.

Written past the services: nobody is told of the demo's past.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from appointments.enums import Status
from appointments.models import Appointment
from doctobooking.demo import personas
from doctobooking.demo.chance import Chance
from records.documents import Amended, Content, Diagnosis
from records.enums import Act, Role
from records.models import AccessLog, Amendment, Consultation

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


def _look(record: Consultation, visit: Appointment, act: Act, at: datetime) -> None:
    assert visit.patient is not None
    AccessLog.objects.create(
        patient=visit.patient, consultation=record, reader=record.author, role=Role.DOCTOR,
        act=act, at=at, network="203.0.113.0/24",
    )  # fmt: skip
