"""The open slot pickers: that times changed, and nothing of what or whose."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import AppointmentFactory


def addresses(doctor):
    return [reverse(name, args=[doctor.slug]) for name in ("slots_stream", "slots_mark")]


@pytest.mark.django_db
def test_picker_carries_the_mark_that_is_asked_for(client, clinic):
    _stream, mark = addresses(clinic.doctor)
    told = client.get(mark).json()
    assert told["is_new"]
    html = client.get(reverse("slots", args=[clinic.doctor.slug])).content.decode()
    assert f'data-db-live-cursor="{told["cursor"]}"' in html
    assert client.get(mark, {"desde": told["cursor"]}).json()["is_new"] is False


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_mark_changes_when_a_time_is_taken(client, clinic):
    stream, mark = addresses(clinic.doctor)
    deadline = time.monotonic() + 60
    first = client.get(mark).json()
    visit = AppointmentFactory(clinic=clinic, starts_at=timezone.now() + timedelta(days=3))
    while client.get(mark).json() == first and time.monotonic() < deadline:
        time.sleep(0.05)
    told = client.get(mark, {"desde": first["cursor"]}).json()
    assert (set(told), told["is_new"]) == ({"cursor", "is_new"}, True)
    body = client.get(stream, {"desde": first["cursor"]}).content.decode()
    assert 'data: {"is_lost": true}' in body
    assert str(visit.public_id) not in body


@pytest.mark.django_db
def test_mark_is_of_one_doctor_and_tells_no_number(client, clinic, dr_diaz):
    marks = [
        client.get(addresses(doctor)[1]).json()["cursor"] for doctor in (clinic.doctor, dr_diaz)
    ]
    assert len(set(marks)) == 2
    assert all(len(mark) == 20 and not mark.isdigit() for mark in marks)


@pytest.mark.django_db
def test_unpublished_doctor_is_as_absent(client, clinic):
    clinic.doctor.is_published = False
    clinic.doctor.save()
    for address in addresses(clinic.doctor):
        assert client.get(address).status_code == 404
    for name in ("slots_stream", "slots_mark"):
        assert client.get(reverse(name, args=["nadie"])).status_code == 404


@pytest.mark.django_db
def test_streams_are_for_looking(client, clinic):
    assert [client.post(a).status_code for a in addresses(clinic.doctor)] == [405, 405]


@pytest.mark.django_db
@pytest.mark.parametrize("known", ["x" * 5000, "%00", "ñ", "1-1"])
def test_hostile_mark_is_just_another_one(client, clinic, known):
    for address in addresses(clinic.doctor):
        assert client.get(address, {"desde": known}).status_code == 200
        assert client.get(address, headers={"Last-Event-ID": known}).status_code == 200
