"""Ratings: what is counted, how sure it is, and that it can be checked and mended."""

import math
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from reviews.initials import initials_of
from reviews.models import Rating, Review
from reviews.services.ratings import check_ratings
from tests.factories import AttendedFactory, DoctorFactory, PatientFactory, ReviewFactory

pytestmark = pytest.mark.django_db


def give(clinic, now, *grades):
    return [
        ReviewFactory(
            visit=AttendedFactory(clinic=clinic, starts_at=now.replace(hour=n, day=10)),
            general=grade, explanation=grade, punctuality=1, treatment=5,
        )
        for n, grade in enumerate(grades)
    ]  # fmt: skip


def wilson(mean, n, z):
    """Written anew: the score interval of a share, on the scale of 1 to 5."""
    p = (mean - 1) / 4
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return 1 + 4 * (p + z * z / (2 * n) + spread) / (1 + z * z / n)


def test_what_is_counted(clinic, dr_chen, now):
    give(clinic, now, 5, 5, 4, 1)
    rating = Rating.objects.get()
    assert [rating.stars(n) for n in (1, 2, 3, 4, 5)] == [1, 0, 0, 1, 2]
    assert (rating.doctor, rating.count, rating.mean) == (dr_chen, 4, 3.75)
    assert [rating.aspect(name) for name in ("explanation", "punctuality", "treatment")] == [
        3.75, 1, 5,
    ]  # fmt: skip


@pytest.mark.parametrize("grades", [[5], [1], [5, 5, 5], [5, 1], [4, 4, 3, 5, 2, 5, 5], [5] * 20])
def test_how_sure_it_is(clinic, now, grades):
    give(clinic, now, *grades)
    rating = Rating.objects.get()
    mean = sum(grades) / len(grades)
    assert rating.mean == pytest.approx(mean, abs=1e-12)
    assert rating.lower == pytest.approx(wilson(mean, len(grades), -1.96), abs=1e-12)
    assert rating.upper == pytest.approx(wilson(mean, len(grades), 1.96), abs=1e-12)
    assert 1 - 1e-9 <= rating.lower <= rating.mean + 1e-9
    assert rating.mean - 1e-9 <= rating.upper <= 5 + 1e-9


def test_few_opinions_promise_little(clinic, now):
    """One of five stars comes after twenty of four and five."""
    other = DoctorFactory()
    give(clinic, now, 5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rating_bound(0, 0, 0, 10, 10, -1.96)")
        (many,) = cursor.fetchone()
    lower = Rating.objects.get().lower
    assert (round(lower, 3), lower < many) == (1.826, True)
    assert not Rating.objects.filter(doctor=other).exists()


def test_none_is_no_mean(clinic, now):
    (review,) = give(clinic, now, 5)
    Review.objects.all().delete()
    rating = Rating.objects.get()
    assert (rating.count, rating.mean, rating.lower, rating.upper) == (0, None, None, None)
    assert review.doctor.rating == rating


def test_several_doctors_in_one_statement(clinic, now):
    """Corrected at once, by whom nobody has met: a hand on the database."""
    there = ReviewFactory(general=2)
    here = give(clinic, now, 5, 4)
    visits = type(there.visit).objects.all()
    visits.update(status="no_show")
    assert list(Rating.objects.values_list("count", flat=True)) == [0, 0]
    visits.update(status="attended")
    assert Rating.objects.get(doctor=there.doctor).mean == 2
    assert Rating.objects.get(doctor=here[0].doctor).mean == 4.5
    assert check_ratings()[1] == []


def test_the_command_finds_and_mends(clinic, dr_chen, now):
    give(clinic, now, 5, 3)
    out = StringIO()
    call_command("ratings", "--check", stdout=out)
    assert out.getvalue().startswith("1 doctors, 0 differences in ")
    Rating.objects.update(stars_5=0, stars_4=1)
    with pytest.raises(SystemExit):
        call_command("ratings", "--check", stdout=out)
    assert f"doctor {dr_chen.pk}: counted [2, 0, 0, 1, 0, 1, 8, 2, 10], kept" in out.getvalue()
    call_command("ratings", "--rebuild", stdout=out)
    assert Rating.objects.get().mean == 4.0
    Rating.objects.all().delete()
    call_command("ratings", "--rebuild", stdout=StringIO())
    assert Rating.objects.get().mean == 4.0


@pytest.mark.parametrize(("first", "last", "signed"), [
    ("Lucía", "Andrade Vera", "L. A."), ("María de los Ángeles", "de la Cruz", "M. C."),
    ("  ", "", "—"), ("Ñusta", "", "Ñ."), ("e\u0301lida", "Ruiz", "É. R."), ("<b>", "'x'", "B. X."),
    ("👩", "\u202eanA", "A."), ("de", "Paz", "D. P."),
])  # fmt: skip
def test_how_it_is_signed(db, first, last, signed):
    assert initials_of(PatientFactory.build(account=None, first_names=first, last_names=last)) == (
        signed
    )
