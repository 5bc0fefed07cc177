"""The legal texts, for everybody: the version in force, and those that came before."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.legal import VERSIONS, LegalText, Version, current
from privacy.countries import clinical_years, receipt_years
from privacy.data.laws import TABLE
from privacy.reading import blocks_of


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return _page(request, LegalText.TERMS, current(LegalText.TERMS))


@require_safe
def privacy_notice(request: HttpRequest) -> HttpResponse:
    return _page(request, LegalText.PRIVACY, current(LegalText.PRIVACY))


@require_safe
def health_consent(request: HttpRequest) -> HttpResponse:
    return _page(request, LegalText.HEALTH, current(LegalText.HEALTH))


@require_safe
def doctor_terms(request: HttpRequest) -> HttpResponse:
    return _page(request, LegalText.DOCTOR, current(LegalText.DOCTOR))


@require_safe
def legal_version(request: HttpRequest, text: str, number: str) -> HttpResponse:
    """One version by its number, for whoever accepted it once."""
    if text not in LegalText.values:
        raise Http404
    for version in VERSIONS[LegalText(text)]:
        if version.number == number:
            return _page(request, LegalText(text), version)
    raise Http404


def _page(request: HttpRequest, text: LegalText, version: Version) -> HttpResponse:
    countries = (
        [(c, clinical_years(c.code), receipt_years(c.code)) for c in TABLE]
        if text == LegalText.PRIVACY
        else []
    )
    context = {
        "text": text,
        "version": version,
        "is_current": version == current(text),
        "blocks": blocks_of(text, version, get_language() or ""),
        "others": [v for v in VERSIONS[text] if v != version],
        "countries": countries,
    }
    return render(request, "privacy/public/text.html", context)
