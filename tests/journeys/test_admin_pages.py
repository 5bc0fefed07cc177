"""Every page of the admin, looked at from all sides as a superuser: axe in both themes, 320 px."""

import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from support.models import CannedAnswer
from tests.factories import AppointmentFactory, DoctorFactory, MessageFactory, UserFactory
from tests.support.world import asked

# Lists of Django's are alike: those that the team works with, and one page of each kind.
LISTS = (
    "accounts_user", "doctors_doctor", "appointments_appointment", "notifications_message",
    "reviews_review", "support_ticket", "auth_group",
)  # fmt: skip
OWN = re.compile(r"_(view_as|contact|help|explain|licence|correct|attend|decide)$")


@pytest.fixture
def pages(clinic, alice, dr_chen):
    """(name, address): each list, each page of our own, and a row of what people ask about."""
    visit = AppointmentFactory(
        clinic=clinic, patient=alice.patients.get(), starts_at=timezone.now() + timedelta(days=3)
    )
    rows = {
        "accounts_user": alice, "accounts_patient": visit.patient, "doctors_doctor": dr_chen,
        "appointments_appointment": visit, "notifications_message": MessageFactory(visit=visit),
        "support_ticket": asked(account=alice),
        "support_cannedanswer": CannedAnswer.objects.create(
            title="Otro", text_es="Hola", text_en="Hello"
        ),
    }  # fmt: skip
    found = {name: reverse(f"admin:{name}_changelist") for name in LISTS}
    for pattern in admin.site.get_urls():
        for route in getattr(pattern, "url_patterns", [pattern]):
            model = OWN.sub("", route.name or "")
            if OWN.search(route.name or "") and model in rows:
                found[route.name] = reverse(f"admin:{route.name}", args=[rows[model].pk])
    for name, row in rows.items():
        found[f"{name}_change"] = reverse(f"admin:{name}_change", args=[row.pk])
    return found


def test_pages_of_the_admin(open_browser, pages, root):
    DoctorFactory(), UserFactory()
    visitor = open_browser().go(reverse("admin:index")).enter(root.email)
    for name, address in pages.items():
        visitor.go(address).look(f"admin {name}")
        # Of imported style sheets axe makes inline ones, which the policy forbids it.
        visitor.trouble.clear()
    assert len(pages) >= 18
