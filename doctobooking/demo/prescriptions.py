"""Prescriptions of the demo's doctor: valid ones, a revoked and an expired one, two templates.

Written past the services: nobody is told of the demo's past.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from appointments.enums import Status
from appointments.models import Appointment
from doctobooking.demo import personas
from doctobooking.demo.chance import Chance
from doctors.models import Doctor
from prescriptions.codes import SYMBOLS, digest_of
from prescriptions.documents import Content, Issued, Medicine, Named
from prescriptions.models import Prescription, PrescriptionTemplate, Revocation
from prescriptions.services.issuing import heading_of, last_day
from records.enums import Act, Role
from records.models import AccessLog

MOST = 4
LOSARTAN = Medicine(
    "Losartán", "tabletas de 50 mg", "una tableta", "oral", "every", 24, 30, "30 tabletas",
    "En la mañana, con o sin alimentos.",
)  # fmt: skip
PARACETAMOL = Medicine(
    "Paracetamol", "tabletas de 500 mg", "una tableta", "oral", "as_needed", 8, 5, "15 tabletas",
    "Si hay dolor.",
)  # fmt: skip
ATORVASTATIN = Medicine(
    "Atorvastatina", "tabletas de 20 mg", "una tableta", "oral", "every", 24, 30, "30 tabletas",
    "En la noche.",
)  # fmt: skip
PRESSURE = Content((LOSARTAN, PARACETAMOL), "Tome su presión dos veces por semana y anótela.")
CHOLESTEROL = Content((ATORVASTATIN,), "Repita el perfil lipídico en tres meses, en ayunas.")
TEMPLATES = (Named("Hipertensión inicial", PRESSURE), Named("Colesterol alto", CHOLESTEROL))
REASON = "La dosis no era la indicada; se emite otra."


def write_prescriptions(chance: Chance, now: datetime) -> int:
    """Of the demo patient's attended visits with the demo's doctor, the latest first: one from
    today, one revoked, one expired, one with repeats. Returns how many.
    """
    attended = Appointment.objects.filter(
        doctor__user__email=personas.DOCTOR, patient__account__email=personas.PATIENT,
        status=Status.ATTENDED, ends_at__lt=now,
    ).with_people()  # fmt: skip
    visits = list(attended.order_by("-starts_at", "public_id")[:MOST])
    for n in range(MOST if visits else 0):
        visit = visits[min(n, len(visits) - 1)]
        is_expired = n == 2
        at = visit.ends_at if is_expired else max(visit.ends_at, now - timedelta(hours=n + 1))
        made = _write(chance, visit, (PRESSURE, CHOLESTEROL)[n % 2], at, 1 if is_expired else 30)
        if n == 1:
            _revoke(chance, made, at + timedelta(minutes=20))
    for doctor in Doctor.objects.filter(user__email=personas.DOCTOR):
        _keep(chance, doctor, now)
    return MOST if visits else 0


def _write(
    chance: Chance, visit: Appointment, said: Content, at: datetime, days: int
) -> Prescription:
    code = "-".join("".join(chance.choice(SYMBOLS) for _n in range(4)) for _part in range(3))
    issued_on = at.astimezone(ZoneInfo(visit.zone)).date()
    made = Prescription(
        public_id=chance.uuid(), key=chance.uuid(), visit=visit, author=visit.doctor.user,
        code_digest=digest_of(code), licence=visit.doctor.licence_number, issued_at=at,
        issued_on=issued_on, valid_until=last_day(issued_on, days), repeats=2,
    )  # fmt: skip
    made.write(Issued(heading_of(visit), said, code).document)
    made.save(force_insert=True)
    _look(made, Act.PRESCRIBED, at)
    return made


def _revoke(chance: Chance, prescription: Prescription, at: datetime) -> None:
    made = Revocation(
        public_id=chance.uuid(), prescription=prescription, author=prescription.author, at=at
    )
    made.write({"reason": REASON})
    made.save(force_insert=True)
    _look(prescription, Act.RX_REVOKED, at)


def _keep(chance: Chance, doctor: Doctor, now: datetime) -> None:
    for said in TEMPLATES:
        made = PrescriptionTemplate(public_id=chance.uuid(), doctor=doctor, saved_at=now)
        made.write(said.document)
        made.save(force_insert=True)


def _look(prescription: Prescription, act: Act, at: datetime) -> None:
    patient = prescription.visit.patient
    assert patient is not None
    AccessLog.objects.create(
        patient=patient, reader=prescription.author, role=Role.DOCTOR, act=act, at=at,
        network="203.0.113.0/24",
    )  # fmt: skip
