"""Reads of opinions with more than one caller."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from appointments.enums import Status
from appointments.models import Appointment
from doctors.models import Doctor, DoctorQuerySet
from reviews.enums import Ground, Order, State
from reviews.models import STARS, Rating, Review, ReviewDecision, ReviewQuerySet

# With fewer attended visits, when somebody wrote could tell who: then nothing says it.
FEW_VISITS = 20
ORDERS = {
    Order.NEWEST: ("-created_at", "-pk"),
    Order.HIGHEST: ("-general", "-created_at", "-pk"),
    Order.LOWEST: ("general", "-created_at", "-pk"),
}


@dataclass(frozen=True)
class Bar:
    """How many gave so many stars, and which part of all that is (per cent)."""

    stars: int
    count: int
    share: int


@dataclass(frozen=True)
class Facts:
    """What a profile says of its opinions: also how many there could be, and what is hidden."""

    rating: Rating | None
    invited: int
    hidden: list[tuple[str, str, int]]

    @property
    def count(self) -> int:
        return self.rating.count if self.rating else 0

    @property
    def given(self) -> int:
        return self.count + sum(n for _label, _ground, n in self.hidden)

    @property
    def share(self) -> int:
        """Per cent of those invited who gave one."""
        return round(100 * self.given / self.invited) if self.invited else 0

    @property
    def is_discreet(self) -> bool:
        return self.invited < FEW_VISITS

    @property
    def bars(self) -> list[Bar]:
        """From five stars to one."""
        if self.rating is None or not self.count:
            return []
        counts = [(n, self.rating.stars(n)) for n in reversed(STARS)]
        return [Bar(n, of, round(100 * of / self.count)) for n, of in counts]


def with_facts(doctors: DoctorQuerySet) -> DoctorQuerySet:
    """Doctors with what `facts_of` says of one, in their own query."""
    attended = Appointment.objects.filter(doctor=OuterRef("pk"), status=Status.ATTENDED)
    invited = attended.order_by().values("doctor").annotate(n=Count("pk")).values("n")
    hidden = Review.objects.filter(doctor=OuterRef("pk"), status=State.HIDDEN, is_frozen=False)
    return doctors.select_related("rating").annotate(
        invited=Coalesce(Subquery(invited), 0),
        hidden_grounds=ArraySubquery(hidden.values("hidden_for")),
    )


def facts_of(doctor: Doctor) -> Facts:
    """Of a doctor from `with_facts`: no query."""
    hidden: Counter[str] = Counter(doctor.hidden_grounds)  # type: ignore[attr-defined]
    return Facts(
        rating=getattr(doctor, "rating", None),
        invited=doctor.invited,  # type: ignore[attr-defined]
        hidden=[(str(g.label), g.value, hidden[g.value]) for g in Ground if hidden[g.value]],
    )


def shown_of(doctor: Doctor, order: Order = Order.NEWEST) -> ReviewQuerySet:
    """What everybody may read, with the doctor's answers."""
    rows = Review.objects.shown().filter(doctor=doctor).select_related("reply")
    return rows.order_by(*ORDERS[order])


def ratings_of(doctor_ids: Iterable[int]) -> dict[int, Rating]:
    """One query for a page of doctors; who has no opinion is not in it."""
    return Rating.objects.filter(count__gt=0).in_bulk(list(doctor_ids))


def review_of(visit: Appointment) -> Review | None:
    """The one opinion of a visit, whatever became of it."""
    rows = Review.objects.select_related("reply", "doctor__user", "visit__patient")
    return rows.filter(visit=visit).first()


def last_decision(review: Review) -> ReviewDecision | None:
    rows = review.decisions.select_related("review__doctor", "review__visit__patient")
    return rows.order_by("-pk").first()
