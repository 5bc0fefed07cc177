"""The desk mends an address while whoever reads the old one opens the link."""

from functools import partial

import pytest

from accounts.enums import Purpose, Relationship
from accounts.models import Patient
from accounts.services import HasAccount, InvitationClosed, correct_contact, create_invitation
from appointments.services.claiming import claim_patient
from tests.appointments.crowd import at_once
from tests.factories import AppointmentFactory, PatientFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]


@pytest.mark.parametrize("_round", range(4))
def test_either_the_link_or_the_mended_address(clinic, now, _round):
    """Both lock the invitation and the patient, in opposite orders: one of them comes first."""
    desk = clinic.doctor.user
    eva = PatientFactory(account=None, email="eba@ejemplo.test")
    AppointmentFactory(clinic=clinic, patient=eva, booked_by=desk)
    link = create_invitation(
        purpose=Purpose.PATIENT, email=eva.email, created_by=desk, now=now, patient=eva
    )
    reader = UserFactory()
    mended, claimed = at_once(
        partial(
            correct_contact, patient=eva, phone="", email="eva@ejemplo.test", actor=desk, now=now
        ),
        partial(
            claim_patient,
            invitation=link,
            account=reader,
            relationship=Relationship.SELF,
            same_as=None,
            now=now,
        ),
    )
    owner = Patient.objects.get(pk=eva.pk).account
    if claimed is True:
        assert (owner, type(mended)) == (reader, HasAccount)
    else:
        assert (owner, type(claimed)) == (None, InvitationClosed)
        assert mended == eva
