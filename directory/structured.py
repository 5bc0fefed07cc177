"""What a page says to machines: schema.org, as JSON-LD."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator

from clinics.models import Clinic
from core.heads import absolute
from core.templatetags.when import money
from directory.templatetags.profiles import photo
from doctors.models import Doctor
from reviews.models import Rating, Review

CONTEXT = "https://schema.org"
PICTURE = 384
STARS = {"bestRating": 5, "worstRating": 1}
# Signs of an opinion that machines are told.
WORDS = 300
# The medical specialties that schema.org has a word for; the others keep their name.
KNOWN_SPECIALTIES = {
    "anestesiologia": "Anesthesia",
    "cardiologia": "Cardiovascular",
    "cirugia-cardiovascular": "Cardiovascular",
    "cirugia-general": "Surgical",
    "cirugia-plastica": "PlasticSurgery",
    "dermatologia": "Dermatology",
    "endocrinologia": "Endocrine",
    "enfermeria": "Nursing",
    "fisioterapia": "Physiotherapy",
    "gastroenterologia": "Gastroenterologic",
    "genetica-medica": "Genetic",
    "geriatria": "Geriatric",
    "ginecologia": "Gynecologic",
    "hematologia": "Hematologic",
    "infectologia": "Infectious",
    "laboratorio-clinico": "LaboratoryScience",
    "medicina-de-urgencias": "Emergency",
    "medicina-familiar": "PrimaryCare",
    "medicina-general": "PrimaryCare",
    "neumologia": "Pulmonary",
    "neurologia": "Neurologic",
    "nefrologia": "Renal",
    "nutricion": "DietNutrition",
    "obstetricia": "Midwifery",
    "odontologia": "Dentistry",
    "oftalmologia": "Optometric",
    "oncologia": "Oncologic",
    "optometria": "Optometric",
    "otorrinolaringologia": "Otolaryngologic",
    "pediatria": "Pediatric",
    "podologia": "Podiatric",
    "psiquiatria": "Psychiatric",
    "radiologia": "Radiography",
    "reumatologia": "Rheumatologic",
    "traumatologia": "Musculoskeletal",
    "urologia": "Urologic",
}


def physician(
    doctor: Doctor,
    clinics: Sequence[Clinic],
    rating: Rating | None = None,
    opinions: Sequence[Review] = (),
) -> dict[str, Any]:
    """A profile; with the opinions that it shows, and their rating, where there are any."""
    page = absolute(reverse("doctor", args=[doctor.slug]))
    said = {
        "@context": CONTEXT,
        "@type": "Physician",
        "@id": page,
        "url": page,
        "name": doctor.display_name,
        "description": doctor.biography[:300],
        "image": absolute(photo(doctor, PICTURE)) if doctor.photo else "",
        "medicalSpecialty": _specialties(doctor),
        "knowsLanguage": list(doctor.languages),
        "isAcceptingNewPatients": doctor.takes_new_patients,
        "priceRange": price_range(clinics),
        "telephone": next((c.phone.as_e164 for c in clinics if c.phone), ""),
        "address": [_address(clinic) for clinic in clinics],
        "location": [_location(clinic) for clinic in clinics],
        "potentialAction": _booking(doctor) if clinics and doctor.takes_new_patients else {},
        "aggregateRating": _rating(rating) if rating and rating.count else {},
        "review": [_review(one) for one in opinions],
    }
    return {name: value for name, value in said.items() if value not in ("", [], {})}


def price_range(clinics: Sequence[Clinic]) -> str:
    """«USD 30», «USD 30 – USD 45»; of the first clinic's currency."""
    priced = [(price, c.currency) for c in clinics for price in c.asked_prices]
    if not priced:
        return ""
    currency = priced[0][1]
    prices = [price for price, of in priced if of == currency]
    ends = dict.fromkeys((min(prices), max(prices)))
    return " – ".join(str(money(price, currency)) for price in ends)


def _specialties(doctor: Doctor) -> list[str]:
    specialties = [row.specialty for row in doctor.doctor_specialties.all()]
    return [
        f"{CONTEXT}/{KNOWN_SPECIALTIES[s.slug]}" if s.slug in KNOWN_SPECIALTIES else s.local_name
        for s in specialties
    ]


def _address(clinic: Clinic) -> dict[str, str]:
    return {
        "@type": "PostalAddress",
        "streetAddress": clinic.address,
        "addressLocality": clinic.city.name,
        "addressRegion": clinic.city.region,
        "addressCountry": str(clinic.country),
    }


def _location(clinic: Clinic) -> dict[str, Any]:
    place = {
        "@type": "MedicalClinic",
        "name": clinic.name,
        "address": _address(clinic),
        "geo": {
            "@type": "GeoCoordinates",
            "latitude": float(clinic.latitude),
            "longitude": float(clinic.longitude),
        },
        "telephone": clinic.phone.as_e164 if clinic.phone else "",
        "priceRange": price_range([clinic]),
    }
    return {name: value for name, value in place.items() if value}


def _rating(rating: Rating) -> dict[str, Any]:
    return {
        "@type": "AggregateRating",
        "ratingValue": round(rating.mean or 0, 2),
        "ratingCount": rating.count,
        **STARS,
    }


def _review(review: Review) -> dict[str, Any]:
    """Signed as on the page, and without a date: it could tell who wrote."""
    said = {
        "@type": "Review",
        "author": {"@type": "Person", "name": review.initials},
        "reviewRating": {"@type": "Rating", "ratingValue": review.general, **STARS},
        "reviewBody": Truncator(review.text).chars(WORDS),
    }
    return {name: value for name, value in said.items() if value}


def _booking(doctor: Doctor) -> dict[str, Any]:
    address = absolute(reverse("slots", args=[doctor.slug]))
    return {
        "@type": "ReserveAction",
        "target": {"@type": "EntryPoint", "urlTemplate": address},
        "result": {"@type": "Reservation"},
    }
