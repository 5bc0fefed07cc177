"""Many at once, on real connections: one opinion a visit, and a rating that is exact."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from appointments.models import Appointment
from reviews.enums import Act, Ground
from reviews.models import Rating, Review, ReviewReply, ReviewReport
from reviews.services.moderating import decide
from reviews.services.ratings import check_ratings
from reviews.services.replying import reply_to_review
from reviews.services.reporting import report_review
from reviews.services.writing import edit_review, withdraw_review, write_review
from tests.appointments.crowd import at_once, kinds
from tests.factories import AttendedFactory, ClinicFactory, ReviewFactory
from tests.reviews.conftest import SAID

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]
CROWD = 8


def visits_at(clinic, now, count=CROWD):
    return [
        AttendedFactory(clinic=clinic, starts_at=now - timedelta(days=5, hours=n))
        for n in range(count)
    ]


def writing(visit, now, **changes):
    said = replace(SAID, **changes)
    return partial(write_review, visit=visit, said=said, author=visit.patient.account, now=now)


def exact():
    assert check_ratings()[1] == []
    return Rating.objects.get()


def test_many_opinions_are_all_counted(clinic, now):
    visits = visits_at(clinic, now)
    at_once(*(writing(visit, now, general=1 + n % 5) for n, visit in enumerate(visits)))
    rating = exact()
    assert [rating.stars(n) for n in (1, 2, 3, 4, 5)] == [2, 2, 2, 1, 1]


def test_one_visit_has_one_opinion(attended, now):
    """The same words are one answer; other words are refused."""
    answers = at_once(*(writing(attended, now) for _n in range(4)),
                      *(writing(attended, now, general=n) for n in (1, 2, 3, 5)))  # fmt: skip
    assert Review.objects.count() == 1
    assert kinds(answers)["AlreadyGiven"] in (4, 7)
    assert exact().count == 1


def correcting(review, *statuses):
    def run():
        for status in statuses:
            with transaction.atomic():
                row = Appointment.objects.select_for_update().get(pk=review.visit_id)
                row.status = status
                row.save(update_fields=["status"])

    return run


def test_edited_frozen_hidden_and_withdrawn_at_once(clinic, moderator, now):
    reviews = [ReviewFactory(visit=visit, created_at=now) for visit in visits_at(clinic, now)]
    calls = []
    for n, review in enumerate(reviews):
        said, author = replace(SAID, general=1 + n % 5), review.author
        calls.append(partial(edit_review, review=review, said=said, actor=author, now=now))
        calls.append(correcting(review, "no_show", "attended"))
        if n % 2:
            calls.append(partial(decide, review=review, act=Act.HIDE, ground=Ground.ADVERT,
                                 note="", actor=moderator, now=now))  # fmt: skip
        if n % 3 == 0:
            calls.append(partial(withdraw_review, review=review, actor=author, now=now))
    answers = at_once(*calls)
    assert set(kinds(answers)) <= {"NoneType", "Review", "ReviewDecision", "NotAttended",
                                   "Withdrawn", "NothingToDecide"}  # fmt: skip
    assert exact().count == Review.objects.shown().count()


def test_two_doctors_corrected_from_both_sides(clinic, now):
    """One statement each, in whatever order the rows lie: nobody waits in a circle."""
    mine, theirs = visits_at(clinic, now, 4), visits_at(ClinicFactory(), now, 4)
    for visit in (*mine, *theirs):
        ReviewFactory(visit=visit)
    halves = [[v.pk for pair in zip(mine, theirs, strict=True) for v in pair][n::2] for n in (0, 1)]

    def flip(ids):
        def run():
            for status in ("no_show", "attended") * 5:
                Appointment.objects.filter(pk__in=ids).update(status=status)

        return run

    mixed = [halves[0][:2] + halves[1][:2], halves[1][2:] + halves[0][2:]]
    at_once(*(flip(ids) for ids in mixed))
    assert check_ratings()[1] == []
    assert sorted(Rating.objects.values_list("count", flat=True)) == [4, 4]


def test_one_answer_and_one_report(review, bob, dr_chen, now):
    reply = [partial(reply_to_review, review=review, text=f"Gracias {n}", actor=dr_chen.user,
                     now=now) for n in range(4)]  # fmt: skip
    report = partial(report_review, review=review, ground=Ground.ADVERT, by=bob, now=now)
    answers = at_once(*reply, *[report] * 4)
    assert kinds(answers) == {"ReviewReply": 1, "AlreadyReplied": 3, "ReviewReport": 1,
                              "AlreadyReported": 3}  # fmt: skip
    assert (ReviewReply.objects.count(), ReviewReport.objects.count()) == (1, 1)
