"""Links that invite: what opens them, and for how long."""

from datetime import timedelta

import pytest
from django.core.signing import Signer

from accounts.enums import Purpose
from accounts.invitations import VALID_FOR, find_invitation, link_of, owns_address, token_of
from accounts.models import Invitation
from accounts.services import (
    InvitationClosed,
    create_invitation,
    revoke_invitation,
    send_invitation,
    take_invitation,
)
from core.models import Event
from tests.appointments.crowd import at_once, kinds
from tests.factories import InvitationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def invited(db, frozen):
    return InvitationFactory(expires_at=frozen + timedelta(days=30))


def test_a_link_leads_back_to_its_row(invited, settings):
    assert link_of(invited) == f"{settings.SITE_URL}/invitacion/{token_of(invited)}/"
    assert find_invitation(token_of(invited)) == invited
    assert invited.public_id.hex not in str(list(Invitation.objects.values("email")))


@pytest.mark.parametrize("token", ["", "x", "x.y", "é\x01", "a" * 4000, "0" * 32])
def test_what_we_never_signed_leads_nowhere(invited, token):
    assert find_invitation(token) is None


def test_a_changed_or_otherwise_signed_link_leads_nowhere(invited):
    other = InvitationFactory()
    _id, _dot, signature = token_of(invited).partition(".")
    assert find_invitation(f"{other.public_id.hex}.{signature}") is None
    assert find_invitation(str(Signer(sep=".").sign(invited.public_id.hex))) is None


def test_a_signed_id_without_a_row_leads_nowhere(invited):
    token = token_of(invited)
    invited.delete()
    assert find_invitation(token) is None


def test_create_and_send(frozen, dr_chen):
    made = create_invitation(
        purpose=Purpose.ASSISTANT, email="a@ejemplo.test", created_by=dr_chen.user, now=frozen
    )
    assert (made.expires_at, made.is_open(frozen)) == (frozen + VALID_FOR, True)
    send_invitation(invitation=made, actor=dr_chen.user, now=frozen)
    event = Event.objects.get()
    assert (event.name, event.subject_id, event.data) == ("invitation.sent", made.public_id, {})


@pytest.mark.parametrize(("days", "is_open"), [(0, True), (29, True), (30, False)])
def test_it_runs_out(invited, frozen, days, is_open):
    user, now = UserFactory(), frozen + timedelta(days=days)
    if is_open:
        assert take_invitation(invitation=invited, user=user, now=now)
    else:
        with pytest.raises(InvitationClosed):
            take_invitation(invitation=invited, user=user, now=now)
        with pytest.raises(InvitationClosed):
            send_invitation(invitation=invited, actor=user, now=now)


def test_it_is_taken_once(invited, frozen):
    user = UserFactory()
    assert take_invitation(invitation=invited, user=user, now=frozen)
    assert not take_invitation(invitation=invited, user=user, now=frozen)
    with pytest.raises(InvitationClosed):
        take_invitation(invitation=invited, user=UserFactory(), now=frozen)
    invited.refresh_from_db()
    assert (invited.accepted_by, invited.accepted_at) == (user, frozen)


def test_called_back(invited, frozen):
    revoke_invitation(invitation=invited, now=frozen)
    with pytest.raises(InvitationClosed):
        take_invitation(invitation=invited, user=UserFactory(), now=frozen)


def test_called_back_too_late(invited, frozen):
    take_invitation(invitation=invited, user=UserFactory(), now=frozen)
    revoke_invitation(invitation=invited, now=frozen)
    invited.refresh_from_db()
    assert invited.revoked_at is None


@pytest.mark.django_db(transaction=True)
def test_taken_by_two_at_once(invited, frozen):
    people = [UserFactory() for _ in range(4)]

    def taking(user):
        return lambda: take_invitation(invitation=invited, user=user, now=frozen)

    assert kinds(at_once(*map(taking, people))) == {"bool": 1, "InvitationClosed": 3}


def test_whose_address_it_is():
    user = UserFactory(email="eva@ejemplo.test")
    assert owns_address(user, "Eva@Ejemplo.test")
    assert not owns_address(user, "otra@ejemplo.test")
    assert not owns_address(
        UserFactory(email="ivo@ejemplo.test", verified=False), "ivo@ejemplo.test"
    )
