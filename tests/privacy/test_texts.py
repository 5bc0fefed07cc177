"""The legal texts: each version is a file in each language, dated, and never edited."""

import hashlib

import pytest
from django.conf import settings
from django.urls import reverse

from accounts import legal
from accounts.legal import PAGES, VERSIONS, LegalText, Version
from privacy.data.laws import TABLE
from privacy.reading import source_of

pytestmark = pytest.mark.django_db
LANGUAGES = ("es", "en")
# Of files that people accepted. A change of words is a new version, with a line of its own here.
DIGESTS = {
    "en/doctor-1": "cd5c5358d149a71e",
    "en/health-1": "b487cfd721f68c2b",
    "en/privacy-3": "7543a2e6dcdb9b55",
    "en/privacy-2": "1d89ac7da4746197",
    "en/privacy-1": "9178bdb4abacd453",
    "en/terms-2": "82189edd0502d87a",
    "en/terms-1": "c6ba32e4e6c399bb",
    "es/doctor-1": "ef6ca40435beac13",
    "es/health-1": "a49ca40bbfd6ee17",
    "es/privacy-3": "64715c2ffd1c1b10",
    "es/privacy-2": "e59111ad33366f8e",
    "es/privacy-1": "3c3a2369a571d7d2",
    "es/terms-2": "257619be92f734fd",
    "es/terms-1": "a2c554398f789168",
}


def every_version():
    return [(text, v, lang) for text in LegalText for v in VERSIONS[text] for lang in LANGUAGES]


def test_published_versions_stay_as_they_were():
    found = {}
    for text, version, language in every_version():
        written = source_of(text, version, language).read_bytes()
        found[f"{language}/{text}-{version.number}"] = hashlib.sha256(written).hexdigest()[:16]
    assert found == DIGESTS


def test_versions_are_the_newest_first():
    for versions in VERSIONS.values():
        assert list(versions) == sorted(versions, key=lambda v: v.since, reverse=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", LegalText)
def test_page_says_who_is_responsible_and_since_when(client, settings, text, language):
    settings.COMPANY_NAME = "Salud Andina S. A."
    html = client.get(reverse(PAGES[text]), {"idioma": language}).content.decode()
    assert "Salud Andina S. A." in html
    said = {"es": "Versión {}, del", "en": "Version {}, of"}[language]
    assert said.format(legal.current(text).number) in html
    assert "{" not in html.partition("<main")[2].partition("</main")[0]


def test_notice_has_a_row_for_each_country(client):
    html = client.get(reverse("privacy_notice")).content.decode()
    assert [c.code for c in TABLE] == settings.COUNTRIES_FIRST
    assert [c.authority for c in TABLE if c.authority not in html] == []
    assert [c.clinical_source for c in TABLE if c.clinical_source not in html] == []


def test_years_of_a_country_are_a_setting(client, settings):
    settings.CLINICAL_YEARS = {"MX": 33}
    assert "33 años" in client.get(reverse("privacy_notice")).content.decode()


def test_every_page_leads_to_the_notice_and_the_terms(client):
    html = client.get("/").content.decode()
    assert 'href="/privacidad/"' in html
    assert 'href="/terminos/"' in html


def test_older_version_stays_in_reach(client, monkeypatch):
    old = VERSIONS[LegalText.TERMS][0]
    new = Version("3", old.since.replace(day=30))
    monkeypatch.setitem(legal.VERSIONS, LegalText.TERMS, (new, old))
    monkeypatch.setattr("privacy.reading._source", lambda path: "Otra.")
    page = client.get(reverse("terms")).content.decode()
    assert f"/privacidad/versiones/terms/{old.number}/" in page
    page = client.get(reverse("legal_version", args=["terms", old.number])).content.decode()
    assert "Esta versión ya no está en vigor." in page


@pytest.mark.parametrize("address", ["terms/9", "cookies/1", "terms/uno"])
def test_version_that_never_was_is_404(client, address):
    assert client.get(f"/privacidad/versiones/{address}/").status_code == 404
