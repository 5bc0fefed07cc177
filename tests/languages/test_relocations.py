"""Asking for another time, and answering, in one language."""

import uuid

import pytest
from django.urls import reverse

from appointments.models import Relocation, RelocationTime
from notifications.links import token_of
from tests.factories import MessageFactory
from tests.languages.browser import page

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
ENDS = ("moved", "cancelled", "lapsed", "void")


def asking(frozen, visit, **values):
    return Relocation.objects.create(
        visit=visit, cause_id=uuid.UUID(int=1), asked_starts_at=visit.starts_at, asked_at=frozen,
        answer_by=visit.starts_at, **values,
    )  # fmt: skip


@pytest.fixture
def asked(frozen, visits):
    standing = next(one for one in visits if one.is_standing and one.starts_at > frozen)
    for end in ENDS:
        asking(frozen, standing, end=end, ended_at=frozen)
    question = asking(frozen, standing)
    RelocationTime.objects.create(relocation=question, starts_at=standing.starts_at)
    return standing


def test_answers_speak_one_language(desk, asked):
    desk.get(page("answers"))
    Relocation.objects.all().delete()
    desk.get(page("answers"))


def test_choosing_speaks_one_language(her_reader, asked):
    her_reader.get(reverse("appointments:appointment", args=[asked.public_id]))
    choose = reverse("appointments:choose", args=[asked.public_id])
    her_reader.get(choose)
    her_reader.post(choose, {"hora": "20261127T140000Z"})
    her_reader.post(choose, {"hora": "x"})


def test_link_speaks_one_language(her_reader, asked):
    link = reverse(
        "notifications:link_choose", args=[token_of(MessageFactory(visit=asked, kind="asked"))]
    )
    her_reader.get(link)
    her_reader.post(link, {"hora": "ninguna"})
    her_reader.get(link)
