"""A newer version of the doctors' agreement: asked for, and nothing stops meanwhile."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import legal
from accounts.legal import LegalText, Version
from doctors.models import Doctor
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
PAGE, AGENDA = reverse("portal:agreement"), reverse("portal:agenda")
PREVIEW, PUBLISH = reverse("portal:preview"), reverse("portal:publish")
NOTICE = "Hay una versión nueva de su acuerdo"
NEEDED = "Marque la casilla para continuar"


@pytest.fixture
def newer(monkeypatch):
    """`newer(text)`: its next version comes into force."""

    def put_in_force(text=LegalText.DOCTOR):
        before = legal.VERSIONS[text]
        later = Version(str(int(before[0].number) + 1), NOW.date())
        monkeypatch.setitem(legal.VERSIONS, text, (later, *before))

    return put_in_force


@pytest.fixture
def ana(frozen, as_, dr_chen, clinic):
    return as_(dr_chen.user)


def accepted(user):
    rows = user.consents.filter(text="doctor").order_by("pk")
    return list(rows.values_list("version", flat=True))


def test_who_has_agreed_sees_nothing(ana):
    assert NOTICE not in ana.get(AGENDA).content.decode()
    assert ana.get(PAGE).url == AGENDA
    assert ana.post(PAGE).url == AGENDA


def test_newer_version_is_told_and_accepted_on_a_page_of_its_own(ana, dr_chen, newer):
    newer()
    html = ana.get(AGENDA).content.decode()
    assert NOTICE in html
    assert f'href="{PAGE}"' in html
    page = ana.get(PAGE).content.decode()
    assert "Acepto el acuerdo de tratamiento de datos de mis pacientes." in page
    assert f'href="{reverse("doctor_terms")}"' in page
    refused = ana.post(PAGE)
    assert refused.status_code == 422
    assert NEEDED in refused.content.decode()
    assert accepted(dr_chen.user) == ["1"]
    done = ana.post(PAGE, {"accepts": "on"}, follow=True)
    assert done.redirect_chain == [(AGENDA, 302)]
    assert "queda registrado" in done.content.decode()
    assert NOTICE not in done.content.decode()
    assert accepted(dr_chen.user) == ["1", "2"]
    assert ana.get(PAGE).url == AGENDA


def test_newer_terms_are_asked_for_as_well(ana, dr_chen, newer):
    newer(LegalText.TERMS)
    assert "Términos de uso" in ana.get(AGENDA).content.decode()
    assert "Acepto los términos de uso" in ana.get(PAGE).content.decode()
    ana.post(PAGE, {"accepts": "on"})
    assert NOTICE not in ana.get(AGENDA).content.decode()


def test_consent_about_health_is_the_patients(ana, newer):
    newer(LegalText.HEALTH)
    assert NOTICE not in ana.get(AGENDA).content.decode()


def test_reception_is_not_asked(frozen, as_, carla, clinic, newer):
    newer()
    browser = as_(carla)
    assert NOTICE not in browser.get(AGENDA).content.decode()
    assert browser.get(PAGE).status_code == 404
    assert browser.post(PAGE, {"accepts": "on"}).status_code == 404


def test_nothing_stops_meanwhile(ana, client, dr_chen, visit, newer):
    newer()
    assert client.get(reverse("doctor", args=[dr_chen.slug])).status_code == 200
    assert client.get(reverse("slots", args=[dr_chen.slug])).status_code == 200
    assert ana.get(reverse("portal:visit", args=[visit.public_id])).status_code == 200
    assert NOTICE not in ana.get(AGENDA, headers={"HX-Request": "true"}).content.decode()


def test_publishing_again_asks(ana, dr_chen, newer):
    Doctor.objects.update(is_published=False)
    assert 'name="accepts"' not in ana.get(PREVIEW).content.decode()
    newer()
    assert 'name="accepts"' in ana.get(PREVIEW).content.decode()
    refused = ana.post(PUBLISH)
    assert refused.status_code == 422
    assert NEEDED in refused.content.decode()
    assert not Doctor.objects.get(pk=dr_chen.pk).is_published
    assert accepted(dr_chen.user) == ["1"]
    assert ana.post(PUBLISH, {"accepts": "on"}).url == reverse("portal:profile")
    assert Doctor.objects.get(pk=dr_chen.pk).is_published
    assert accepted(dr_chen.user) == ["1", "2"]


def test_profile_that_lacks_something_says_that_first(ana, dr_chen, newer):
    Doctor.objects.update(is_published=False, licence_number="")
    newer()
    html = ana.get(PREVIEW).content.decode()
    assert "Para publicar falta:" in html
    assert 'name="accepts"' not in html
    refused = ana.post(PUBLISH)
    assert refused.status_code == 422
    assert NEEDED not in refused.content.decode()
    assert ana.post(PUBLISH, {"accepts": "on"}).status_code == 409
    assert not Doctor.objects.get(pk=dr_chen.pk).is_published


def test_it_costs_the_whole_agenda_one_query(ana, newer):
    def asked(**headers):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ana.get(AGENDA, headers=headers)
        return [q["sql"] for q in queries if "accounts_consent" in q["sql"]], len(queries)

    ana.get(AGENDA)
    consents, before = asked()
    assert len(consents) == 1
    newer()
    assert asked()[1] == before
    assert asked(**{"HX-Request": "true"})[0] == []
