"""What patients of the demo said of their visits, and what came of it.

Written past the services: nobody must get a message about the demo's past.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import F

from accounts.models import User
from appointments.enums import Status
from appointments.models import Appointment
from doctobooking.demo import personas, source
from doctobooking.demo.chance import Chance
from reviews.enums import Act, Ground, State
from reviews.initials import initials_of
from reviews.models import GRADES, Review, ReviewDecision, ReviewReply, ReviewReport, ReviewVersion

BATCH = 1000
# How many of those who attended say how it was.
SHARE = 0.4
# The demo's own patient has a visit left to tell of.
LEFT_TO_TELL = timedelta(days=25)
# Between the worst and the best doctor: how often a grade is one of the best.
WORST, BEST = 0.55, 0.95
HIDDEN = "Me confirmó lo de la arritmia y me subió la dosis. Muy clara al explicarlo."
REPORTED = "Llegué puntual y esperé. Dicen que así es siempre, pregunten a la señora de recepción."


def give_opinions(chance: Chance, now: datetime) -> int:
    """Of attended visits that nobody has told of. Returns how many."""
    made = 0
    visits = _visits(now)
    while batch := list(islice(visits, BATCH)):
        reviews = list(_reviews(chance, batch, now))
        Review.objects.bulk_create(reviews)
        _keep(reviews)
        made += len(reviews)
    return made


def _visits(now: datetime) -> Iterator[Appointment]:
    """In an order that is the same for the same seed."""
    return (
        Appointment.objects.filter(
            status=Status.ATTENDED, patient__account__isnull=False, reviews=None,
            ends_at__lt=now - timedelta(hours=6),
        )
        .exclude(patient__account=F("doctor__user"))
        .exclude(
            patient__account__email=personas.PATIENT, starts_at__gt=now - LEFT_TO_TELL
        )
        .select_related("patient__account", "doctor__user")
        .order_by("public_id")
        .iterator(chunk_size=BATCH)
    )  # fmt: skip


def _reviews(chance: Chance, visits: Iterable[Appointment], now: datetime) -> Iterator[Review]:
    for visit in visits:
        assert visit.patient is not None
        is_own = visit.patient.account is not None and (
            visit.patient.account.email in personas.DEMO_ADDRESSES
        )
        if is_own or chance.happens(SHARE):
            yield _review(chance, visit, now, is_best=is_own)


def _review(chance: Chance, visit: Appointment, now: datetime, *, is_best: bool) -> Review:
    assert visit.patient is not None
    kind = "high" if is_best else _kind(chance, visit)
    wait = timedelta(hours=chance.randint(3, 140))
    return Review(
        public_id=chance.uuid(),
        visit=visit,
        doctor=visit.doctor,
        author=visit.patient.account,
        initials=initials_of(visit.patient),
        text=chance.choice(source.opinions(kind)),
        created_at=min(visit.ends_at + wait, now - timedelta(minutes=chance.randint(1, 300))),
        **_grades(chance, kind),
    )


def _kind(chance: Chance, visit: Appointment) -> str:
    """Doctors differ, each of them is much the same every day."""
    quality = Chance(f"quality:{visit.doctor.slug}").random()
    good = WORST + (BEST - WORST) * quality
    return chance.weighted(("high", "mid", "low"), (good, (1 - good) * 0.7, (1 - good) * 0.3))


def _grades(chance: Chance, kind: str) -> dict[str, int]:
    around = {"high": (4, 5, 5, 5), "mid": (3, 3, 4), "low": (1, 2, 2)}[kind]
    return {name: chance.choice(around) for name in GRADES}


def _keep(reviews: Iterable[Review]) -> None:
    ReviewVersion.objects.bulk_create(
        ReviewVersion(review=one, number=1, at=one.created_at, text=one.text,
                      **{name: getattr(one, name) for name in GRADES})
        for one in reviews
    )  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """The demo's doctor answered two, reported one; a moderator hid another."""

    chance: Chance
    now: datetime

    def play(self) -> None:
        doctor = User.objects.get(email=personas.DOCTOR)
        rows = Review.objects.filter(doctor__user=doctor).order_by("-created_at", "pk")
        own = rows.filter(author__email=personas.PATIENT).first()
        others = list(rows.exclude(author__email__in=personas.DEMO_ADDRESSES)[:4])
        if own is None or len(others) < 3:
            return
        late, hidden, reported = others[:3]
        self._reply(own, doctor, "thanks")
        self._say(late, 2, "Esperé casi una hora, aunque la consulta fue buena.")
        self._reply(late, doctor, "sorry")
        self._hide(hidden)
        self._say(reported, 3, REPORTED)
        ReviewReport.objects.create(review=reported, by=doctor, ground=Ground.PERSONAL,
                                    at=self.now - timedelta(hours=5))  # fmt: skip

    def _say(self, review: Review, general: int, text: str) -> None:
        """Other words than those of chance, edited soon after."""
        review.general, review.text = general, text
        review.edited_at = review.created_at + timedelta(minutes=9)
        review.save(update_fields=["general", "text", "edited_at"])
        grades = {name: getattr(review, name) for name in GRADES}
        ReviewVersion.objects.create(review=review, number=2, at=review.edited_at, text=text,
                                     **grades)  # fmt: skip

    def _reply(self, review: Review, doctor: User, kind: str) -> None:
        ReviewReply.objects.create(
            review=review, author=doctor, text=source.opinions(kind)[0],
            created_at=min(review.created_at + timedelta(hours=20), self.now),
        )  # fmt: skip

    def _hide(self, review: Review) -> None:
        self._say(review, 5, HIDDEN)
        review.status, review.hidden_for = State.HIDDEN, Ground.HEALTH
        review.save(update_fields=["status", "hidden_for"])
        decision = ReviewDecision(
            public_id=self.chance.uuid(), review=review, act=Act.HIDE, ground=Ground.HEALTH,
            by=User.objects.get(email=personas.MODERATOR), at=self.now - timedelta(hours=30),
        )  # fmt: skip
        decision.note = "Cuenta su diagnóstico y la dosis."
        decision.save(force_insert=True)
