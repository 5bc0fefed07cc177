"""The people of the demo whom one can log in as; docs and `make run` name them."""

from dataclasses import dataclass
from datetime import datetime

from accounts.enums import Relationship, Sex
from accounts.models import Consent, User
from accounts.roles import MODERATORS, VERIFIERS, group_of
from accounts.roles import SUPPORT as SUPPORT_ROLE
from appointments.enums import Status
from doctobooking.demo.chance import Chance
from doctobooking.demo.people import agreements, verified_address

PATIENT, OTHER_PATIENT = "paciente@demo.test", "paciente2@demo.test"
DOCTOR, OTHER_DOCTOR = "medica@demo.test", "medico2@demo.test"
ASSISTANT, SUPPORT, ADMIN = "asistente@demo.test", "soporte@demo.test", "admin@demo.test"
MODERATOR, VERIFIER = "moderacion@demo.test", "verificacion@demo.test"
# Written down by the consultorio, without an account: nobody logs in with it.
GUEST = "rosario.guaman@demo.test"
DEMO_ADDRESSES = (PATIENT, OTHER_PATIENT, DOCTOR, OTHER_DOCTOR, ASSISTANT, SUPPORT, ADMIN,
                  MODERATOR, VERIFIER)  # fmt: skip


@dataclass(frozen=True)
class Relative:
    relationship: Relationship
    first_names: str
    last_names: str
    sex: Sex
    age: int


@dataclass(frozen=True)
class PatientPersona:
    email: str
    first_names: str
    last_names: str
    sex: Sex
    age: int
    district: str
    relatives: tuple[Relative, ...] = ()


@dataclass(frozen=True)
class DoctorPersona:
    email: str
    slug: str
    first_names: str
    last_names: str
    sex: Sex
    specialty: str
    years: int
    districts: tuple[str, ...]
    weeks: tuple[tuple[tuple[int, int, int], ...], ...]  # weekday, starts, ends by clinic
    slot_minutes: int
    price: int
    biography: str


PATIENTS = (
    PatientPersona(
        PATIENT, "Lucía", "Andrade Vera", Sex.FEMALE, 37, "La Carolina",
        (
            Relative(Relationship.CHILD, "Mateo", "Cevallos Andrade", Sex.MALE, 7),
            Relative(Relationship.PARENT, "Rosa", "Vera Molina", Sex.FEMALE, 71),
        ),
    ),
    PatientPersona(OTHER_PATIENT, "Diego", "Paredes Salazar", Sex.MALE, 45, "Cumbayá"),
    PatientPersona(ASSISTANT, "Carla", "Jiménez Ortega", Sex.FEMALE, 29, "Iñaquito"),
)  # fmt: skip

_MORNING, _AFTERNOON = (540, 780), (900, 1080)
DOCTORS = (
    DoctorPersona(
        DOCTOR, "ana-molina-paz", "Ana", "Molina Paz", Sex.FEMALE, "cardiologia", 16,
        ("La Carolina", "Cumbayá"),
        (
            (*((day, *session) for day in (1, 3, 5) for session in (_MORNING, _AFTERNOON)),
             (6, 540, 720)),
            tuple((day, *session) for day in (2, 4) for session in (_MORNING, _AFTERNOON)),
        ),
        30, 50,
        "Soy cardióloga con 16 años de experiencia en Quito. Me dedico a la prevención y al "
        "tratamiento de la hipertensión, las arritmias y la insuficiencia cardíaca. En el "
        "consultorio realizo electrocardiograma y ecocardiograma, para que usted salga con "
        "respuestas el mismo día.\n\nMe gusta explicar cada paso con palabras sencillas y resolver "
        "todas las dudas antes de decidir un tratamiento.",
    ),
    DoctorPersona(
        OTHER_DOCTOR, "javier-paredes-carrion", "Javier", "Paredes Carrión", Sex.MALE,
        "pediatria", 9, ("Iñaquito",),
        (tuple((day, *hours) for day in (1, 2, 3, 4, 5) for hours in ((480, 750), (870, 1080))),),
        20, 40,
        "Soy pediatra con 9 años de experiencia en Quito. Atiendo desde el control del recién "
        "nacido hasta la adolescencia, con un consultorio pensado para los niños.\n\nMe importa "
        "que los niños pierdan el miedo a la consulta y que las familias salgan con un plan claro.",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """A visit that the demo's people must have: the first free start after `days` from now."""

    patient: str  # e-mail of the account
    relative: int | None  # which of its dependants; None is the account's owner
    doctor: str
    clinic: int
    days: float
    status: Status
    reason: str
    # What the consultorio wrote when it moved the visit here.
    moved_because: str = ""
    # Booked within the last hours: news to whoever opens the agenda.
    is_fresh: bool = False


WISHES = (
    Wish(PATIENT, None, DOCTOR, 0, 3, Status.BOOKED, "Control de presión", is_fresh=True),
    Wish(PATIENT, None, DOCTOR, 0, -20, Status.ATTENDED, "Palpitaciones"),
    Wish(PATIENT, 0, OTHER_DOCTOR, 0, 5, Status.BOOKED, "Control del niño sano"),
    Wish(OTHER_PATIENT, None, DOCTOR, 1, 4, Status.BOOKED, "Chequeo antes de hacer deporte"),
    Wish(OTHER_PATIENT, None, DOCTOR, 1, 2, Status.REQUESTED, "Segunda opinión", is_fresh=True),
    Wish(GUEST, None, DOCTOR, 0, 2, Status.BOOKED, ""),
    Wish(
        PATIENT, 1, DOCTOR, 1, 9, Status.BOOKED, "Revisión de electrocardiograma",
        "La doctora estará en un congreso ese día. Le guardamos la primera hora que quedó libre.",
    ),
    Wish(PATIENT, None, DOCTOR, 0, -48, Status.ATTENDED, "Chequeo general"),
    Wish(PATIENT, 0, OTHER_DOCTOR, 0, -30, Status.ATTENDED, "Vacunas"),
    Wish(PATIENT, None, DOCTOR, 1, -10, Status.CANCELLED_BY_PATIENT, ""),
    Wish(PATIENT, 1, DOCTOR, 0, -40, Status.NO_SHOW, ""),
    Wish(PATIENT, 1, DOCTOR, 1, -54, Status.NO_SHOW, ""),
    # Nobody has said yet whether they came.
    Wish(PATIENT, 1, DOCTOR, 0, -5, Status.BOOKED, "Control"),
    Wish(OTHER_PATIENT, None, DOCTOR, 0, -4, Status.BOOKED, "Resultados del ecocardiograma"),
    Wish(OTHER_PATIENT, None, DOCTOR, 0, -15, Status.ATTENDED, "Dolor en el pecho al caminar"),
)  # fmt: skip


def make_team(chance: Chance, password: str, joined_at: datetime) -> None:
    """A log-in for each group of the team. `password` is hashed already."""
    team = (
        User(email=SUPPORT, first_names="Equipo", last_names="de soporte"),
        User(email=ADMIN, first_names="Administración", is_superuser=True),
        User(email=MODERATOR, first_names="Equipo", last_names="de moderación"),
        User(email=VERIFIER, first_names="Equipo", last_names="de verificación"),
    )
    for user in team:
        user.public_id = chance.uuid()
        user.password = password
        user.is_staff, user.is_patient, user.joined_at = True, False, joined_at
        user.save()
        verified_address(user).save()
        Consent.objects.bulk_create(agreements(user))
    team[0].groups.add(group_of(SUPPORT_ROLE))
    team[2].groups.add(group_of(MODERATORS))
    team[3].groups.add(group_of(VERIFIERS))
