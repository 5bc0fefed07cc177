"""What the heads of public pages say to search engines and those who share them."""

import json
import re
from html import unescape

import pytest
from django.urls import reverse

from directory.views.public import PICTURE
from doctors.models import Education
from tests.factories import ClinicFactory

pytestmark = pytest.mark.django_db
SITE = "https://citas.example"
PROFILE = reverse("doctor", args=["ana-molina-paz"])


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def links(html):
    """rel or hreflang -> address."""
    found = re.findall(r'<link rel="(\w+)"(?: hreflang="([\w-]+)")? href="([^"]+)">', html)
    return {language or rel: unescape(address) for rel, language, address in found
            if rel in ("canonical", "alternate")}  # fmt: skip


def said(html):
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    return json.loads(block.group(1))


def meta(html):
    pairs = re.findall(r'<meta (?:property|name)="([\w:]+)" content="([^"]*)">', html)
    return {name: unescape(value) for name, value in pairs}


@pytest.mark.parametrize("path", ["/", "/ayuda/", PROFILE])
def test_each_language_has_an_address(frozen, client, clinic, path):
    plain, english = SITE + path, f"{SITE}{path}?idioma=en"
    alternates = {"es": plain, "en": english, "x-default": plain}
    for query, canonical in (("", plain), ("?idioma=en", english), ("?idioma=es", plain),
                             ("?idioma=fr", plain), ("?semana=2026-W49&x=1", plain)):  # fmt: skip
        html = client.get(path + query, headers={"host": "127.0.0.1"}).content.decode()
        assert links(html) == {"canonical": canonical, **alternates}


def test_address_speaks_its_language_once(client, clinic):
    english = client.get(PROFILE, {"idioma": "en"})
    assert '<html lang="en">' in english.content.decode()
    assert (english["Content-Language"], list(client.cookies)) == ("en", ["csrftoken"])
    assert '<html lang="es">' in client.get(PROFILE).content.decode()
    spanish = client.get(PROFILE, {"idioma": "es"}, headers={"accept-language": "en"})
    assert '<html lang="es">' in spanish.content.decode()


@pytest.mark.parametrize("value", ["", "EN", "en-GB", "fr", "../en", "en\r\nx", "x" * 5000])
def test_address_of_no_language_is_the_browsers(client, clinic, value):
    answer = client.get("/", {"idioma": value}, headers={"accept-language": "en"})
    assert '<html lang="en">' in answer.content.decode()


def test_switch_leaves_an_address_of_a_language(client, db):
    for following, then in (("/ayuda/?idioma=en", "/ayuda/"), ("/ayuda/", "/ayuda/"),
                            ("/buscar/?q=a+b&idioma=en", "/buscar/?q=a+b")):  # fmt: skip
        answer = client.post(reverse("set_language"), {"language": "es", "next": following})
        assert answer["Location"] == then


def test_picker_alone_belongs_to_its_profile(frozen, client, clinic):
    html = client.get(reverse("slots", args=["ana-molina-paz"])).content.decode()
    assert links(html)["canonical"] == SITE + PROFILE


def test_profile_is_told_to_machines(frozen, client, dr_chen, clinic):
    dr_chen.languages, dr_chen.biography = ["es", "qu"], "Escucho."
    dr_chen.save()
    clinic.phone = "+59322345678"
    clinic.save()
    ClinicFactory(doctor=dr_chen, name="Cumbayá", price=30)
    address = {"@type": "PostalAddress", "streetAddress": "Av. República 123",
               "addressLocality": "Quito", "addressRegion": "Pichincha",
               "addressCountry": "EC"}  # fmt: skip
    place = {"@type": "MedicalClinic", "name": "La Carolina", "address": address,
             "geo": {"@type": "GeoCoordinates", "latitude": -0.18, "longitude": -78.48},
             "telephone": "+59322345678", "priceRange": "USD\xa045"}  # fmt: skip
    other = {**place, "name": "Cumbayá", "priceRange": "USD\xa030"}
    del other["telephone"]
    assert said(client.get(PROFILE).content.decode()) == {
        "@context": "https://schema.org",
        "@type": "Physician",
        "@id": SITE + PROFILE,
        "url": SITE + PROFILE,
        "name": "Dra. Ana Molina Paz",
        "description": "Escucho.",
        "medicalSpecialty": ["https://schema.org/Cardiovascular"],
        "knowsLanguage": ["es", "qu"],
        "isAcceptingNewPatients": True,
        "priceRange": "USD\xa030 – USD\xa045",
        "telephone": "+59322345678",
        "address": [address, address],
        "location": [place, other],
        "potentialAction": {
            "@type": "ReserveAction",
            "target": {"@type": "EntryPoint", "urlTemplate": SITE + PROFILE + "horarios/"},
            "result": {"@type": "Reservation"},
        },
    }


def test_profile_without_anything_is_told_too(client, dr_chen):
    dr_chen.takes_new_patients = False
    dr_chen.save()
    assert said(client.get(PROFILE).content.decode()) == {
        "@context": "https://schema.org",
        "@type": "Physician",
        "@id": SITE + PROFILE,
        "url": SITE + PROFILE,
        "name": "Dra. Ana Molina Paz",
        "medicalSpecialty": ["https://schema.org/Cardiovascular"],
        "isAcceptingNewPatients": False,
    }


def test_ratings_are_told_of_nobody(frozen, client, clinic):
    assert "AggregateRating" not in client.get(PROFILE).content.decode()


def test_doctors_words_stay_inside_the_block(client, dr_chen, clinic):
    nasty = "</script><script>alert(1)</script><!-- & \u2028\u2029 \\u003c {{ x"
    dr_chen.biography = nasty.replace("{{", "{ {")
    dr_chen.save()
    html = client.get(PROFILE).content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S).group(1)
    assert not set("<>&\u2028\u2029") & set(block)
    assert json.loads(block)["description"] == dr_chen.biography


def test_profile_is_shared_with_name_place_and_picture(frozen, client, dr_chen, clinic):
    told = meta(client.get(PROFILE).content.decode())
    assert told["og:title"] == "Dra. Ana Molina Paz, Cardióloga en Quito"
    assert told["og:url"] == SITE + PROFILE
    assert told["og:type"] == "profile"
    assert told["og:description"] == told["description"]
    assert "og:image" not in told
    dr_chen.photo = "3a6f0f4e-6f0c-4a43-9c5c-0a8e8f0b1c2d"
    dr_chen.save()
    told = meta(client.get(PROFILE).content.decode())
    assert told["og:image"] == SITE + reverse("photo", args=[dr_chen.photo, PICTURE])


def test_thin_profiles_are_nobodys_search_result(frozen, client, dr_chen):
    def is_thin():
        return meta(client.get(PROFILE).content.decode()).get("robots") == "noindex"

    assert is_thin()
    clinic = ClinicFactory(doctor=dr_chen)
    assert not is_thin()
    clinic.opening_hours.all().delete()
    assert is_thin()
    Education.objects.create(doctor=dr_chen, degree="Médica", institution="UCE")
    assert not is_thin()
    Education.objects.all().delete()
    dr_chen.biography = "Escucho."
    dr_chen.save()
    assert not is_thin()
