"""Reads of opinions with more than one caller."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils.dateparse import parse_datetime

from accounts.models import User
from appointments.enums import Status
from appointments.models import Appointment
from clinics.models import Assistant
from doctors.models import Doctor, DoctorQuerySet
from reviews.enums import Ground, Order, State
from reviews.models import (
    GRADES,
    STARS,
    Rating,
    Review,
    ReviewDecision,
    ReviewQuerySet,
    ReviewReply,
)

# With fewer attended visits, when somebody wrote could tell who: then nothing says it.
FEW_VISITS = 20
ON_PROFILE = 5
INSTANTS = ("created_at", "edited_at")
SHOWN = ("id", "public_id", "doctor_id", "initials", "status", "is_frozen", "text", *GRADES,
         *INSTANTS)  # fmt: skip
REPLY = ("text", "hidden_for", *INSTANTS)
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


def with_first(doctors: DoctorQuerySet) -> DoctorQuerySet:
    """Doctors with what `first_of` says of one: a profile has no question to spare."""
    shown = Review.objects.shown().filter(doctor=OuterRef("pk")).order_by(*ORDERS[Order.NEWEST])
    columns = {name: name for name in (*SHOWN, *(f"reply__{name}" for name in REPLY))}
    rows = shown.annotate(row=JSONObject(**columns)).values("row")
    return doctors.annotate(first_opinions=ArraySubquery(rows[:ON_PROFILE]))


def first_of(doctor: Doctor) -> list[Review]:
    """The newest that are shown, of a doctor from `with_first`: no query."""
    rows: list[dict[str, Any]] = doctor.first_opinions  # type: ignore[attr-defined]
    return [_made(row) for row in rows]


def _made(row: dict[str, Any]) -> Review:
    review = Review(**{name: _value(name, row[name]) for name in SHOWN})
    if row["reply__text"] is None:
        Review._meta.get_field("reply").set_cached_value(review, None)  # or it would be asked for
    else:
        ReviewReply(review=review, **{n: _value(n, row[f"reply__{n}"]) for n in REPLY})
    return review


def _value(name: str, value: Any) -> Any:
    """JSON has no instants."""
    return parse_datetime(value) if name in INSTANTS and value else value


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


def review_of(visit: Appointment) -> Review | None:
    """The one opinion of a visit, whatever became of it."""
    rows = Review.objects.select_related("reply", "doctor__user", "visit__patient")
    return rows.filter(visit=visit).first()


def last_decision(review: Review) -> ReviewDecision | None:
    rows = review.decisions.select_related("review__doctor", "review__visit__patient")
    return rows.order_by("-pk").first()


def works_for(account: User, doctor_id: int) -> bool:
    """Whether they are the doctor, or work at the doctor's reception, also while the doctor's
    account is stopped.
    """
    if Doctor.objects.filter(pk=doctor_id, user=account).exists():
        return True
    return Assistant.objects.current().filter(user=account, doctor=doctor_id).exists()
