"""A visit's account at its desk: paid in parts, given back, waived, voided."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from appointments.balance import balance_of
from appointments.models import PaymentLine
from tests.conftest import SLOT
from tests.factories import AppointmentFactory, ClinicFactory, PaymentLineFactory

pytestmark = pytest.mark.django_db
PAGES = ("payment", "payment_refund", "payment_waive", "payment_price")
KEY = str(uuid.UUID(int=5))


def address(visit, page="payment", *more):
    return reverse(f"portal:{page}", args=[visit.public_id, *more])


def home(visit):
    return address(visit, "visit") + "#pago"


def typed(amount="20", **changes):
    return {"amount": amount, "method": "cash", "note": "", "key": KEY, **changes}


def owed(visit):
    return balance_of(visit, visit.payment_lines.all()).owed


@pytest.fixture
def ana(frozen, as_, dr_chen):
    return as_(dr_chen.user)


@pytest.fixture
def paid(visit):
    return PaymentLineFactory(appointment=visit)


def test_form_knows_what_is_owed_and_how_it_is_usually_paid(ana, clinic):
    visit = AppointmentFactory(clinic=clinic, payment_methods="transfer,cash")
    PaymentLineFactory(appointment=visit, amount=Decimal("24.50"), method="card")
    answer = ana.get(address(visit))
    html = answer.content.decode()
    assert answer.context["form"]["method"].value() == "card"
    assert 'name="amount" value="20.50"' in html
    assert "Valor (USD)" in html
    assert "Debe USD\xa020,50" in html


def test_payment_in_part_then_the_rest(ana, visit, dr_chen):
    answer = ana.post(address(visit), typed("20,50", note="Voucher 12"))
    assert (answer.status_code, answer.url) == (302, home(visit))
    line = visit.payment_lines.get()
    assert (line.amount, line.method, line.note) == (Decimal("20.50"), "cash", "Voucher 12")
    assert (line.recorded_by, line.receipt_number) == (dr_chen.user, 1)
    html = ana.get(address(visit, "visit")).content.decode()
    assert "Debe USD\xa024,50" in html
    assert "Registramos el pago." in html
    assert address(visit, "receipt", line.public_id) in html
    ana.post(address(visit), typed("24.50", key=uuid.uuid4()))
    assert owed(visit) == 0
    assert ana.get(address(visit)).url == home(visit)


def test_double_submit_is_one_line(ana, visit):
    for _twice in range(2):
        assert ana.post(address(visit), typed()).url == home(visit)
    assert visit.payment_lines.count() == 1


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"amount": ""}, "Escriba el valor."),
    ({"amount": "0"}, "Escriba un valor mayor que cero."),
    ({"amount": "mucho"}, "Escriba un número, por ejemplo 45 o 45,50."),
    ({"amount": "-5"}, "Escriba un valor mayor que cero."),
    ({"method": ""}, "Elija una opción en «Forma de pago»."),
    ({"method": "gold"}, "Elija una de las opciones de la lista."),
    ({"note": "x" * 121}, "Escriba 120 caracteres o menos (tiene 121)."),
    ({"note": "a\x00b"}, "Quite los caracteres invisibles"),
    ({"key": "x"}, "UUID"),
])  # fmt: skip
def test_errors_keep_what_was_typed(ana, visit, changes, sentence):
    answer = ana.post(address(visit), {**typed("12"), **changes})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in html
    if "amount" not in changes:
        assert 'name="amount" value="12"' in html
    assert not PaymentLine.objects.exists()


def test_more_than_is_owed_is_said(ana, visit):
    answer = ana.post(address(visit), typed("45.01"))
    assert answer.status_code == 409
    assert "El saldo de la cita es USD\xa045. Escriba ese valor o menos." in answer.content.decode()


def test_whole_currency_takes_no_cents(ana, clinic):
    visit = AppointmentFactory(
        clinic=clinic, price=Decimal(30_000), currency="CLP", starts_at=SLOT + timedelta(days=3)
    )
    answer = ana.post(address(visit), typed("1000,50"))
    assert answer.status_code == 422
    assert "En CLP el valor va sin decimales." in answer.content.decode()
    assert ana.post(address(visit), typed("30000")).status_code == 302


def test_refund(ana, visit, paid):
    page = address(visit, "payment_refund")
    assert 'name="amount" value="45"' in ana.get(page).content.decode()
    assert ana.post(page, typed("45.01")).status_code == 409
    assert ana.post(page, typed("5", method="transfer", key=uuid.uuid4())).url == home(visit)
    line = visit.payment_lines.get(kind="refund")
    assert (line.amount, line.method) == (5, "transfer")
    assert owed(visit) == 5


def test_waiver_wants_a_reason(ana, visit):
    page = address(visit, "payment_waive")
    answer = ana.post(page, typed("45"))
    assert answer.status_code == 422
    assert "Complete «Motivo»." in answer.content.decode()
    assert ana.post(page, typed("45", note="Cortesía")).url == home(visit)
    assert visit.payment_lines.get().note == "Cortesía"
    assert owed(visit) == 0


def test_price_of_a_visit_that_had_none(ana, clinic):
    visit = AppointmentFactory(clinic=clinic, price=None, starts_at=SLOT)
    assert "Poner el valor" in ana.get(address(visit, "visit")).content.decode()
    assert ana.post(address(visit, "payment_price"), typed("60")).url == home(visit)
    assert owed(visit) == 60
    assert ana.get(address(visit, "payment_price")).url == home(visit)


def test_void(ana, visit, paid):
    page = address(visit, "payment_void", paid.public_id)
    assert "USD\xa045" in ana.get(page).content.decode()
    for _twice in range(2):
        assert ana.post(page, {"key": KEY, "note": "Era de otra cita"}).url == home(visit)
    void = visit.payment_lines.get(kind="void")
    assert (void.voids, void.note) == (paid, "Era de otra cita")
    assert ana.post(page, {"key": uuid.uuid4()}).status_code == 409
    assert ana.get(address(visit, "payment_void", void.public_id)).status_code == 404
    html = ana.get(address(visit, "visit")).content.decode()
    assert "Anulado" in html
    assert "Debe USD\xa045" in html


def test_free_follow_up_is_offered(ana, visit, clinic):
    before = AppointmentFactory(
        clinic=clinic, patient=visit.patient, status="attended", follow_up_days=15,
        starts_at=visit.starts_at - timedelta(days=15),
    )  # fmt: skip
    link = address(visit, "payment_waive") + "?motivo=control"
    assert link in ana.get(address(visit, "visit")).content.decode()
    assert 'value="Control sin costo"' in ana.get(link).content.decode()
    before.starts_at -= timedelta(days=1)
    before.ends_at -= timedelta(days=1)
    before.save()
    assert link not in ana.get(address(visit, "visit")).content.decode()


def test_panel_has_one_line(ana, visit, paid):
    html = ana.get(address(visit, "visit"), headers={"HX-Request": "true"}).content.decode()
    assert "Pagado" in html
    assert address(visit, "receipt", paid.public_id) not in html


def test_what_never_stood_has_no_account(ana, clinic, now):
    visit = AppointmentFactory(
        clinic=clinic, status="declined", cancelled_at=now, starts_at=SLOT + timedelta(days=2)
    )
    assert 'id="pago"' not in ana.get(address(visit, "visit")).content.decode()
    answer = ana.post(address(visit), typed())
    assert answer.status_code == 409
    assert "Esta cita no está confirmada" in answer.content.decode()


def test_reception_keeps_the_account_of_its_clinics(frozen, as_, carla, dr_chen, visit):
    desk = as_(carla)
    assert desk.post(address(visit), typed()).url == home(visit)
    assert visit.payment_lines.get().recorded_by == carla
    elsewhere = AppointmentFactory(clinic=ClinicFactory(doctor=dr_chen), patient=visit.patient,
                                   starts_at=SLOT)  # fmt: skip
    line = PaymentLineFactory(appointment=elsewhere, receipt_number=9)
    for page in PAGES:
        assert desk.get(address(elsewhere, page)).status_code == 404
        assert desk.post(address(elsewhere, page), typed()).status_code == 404
    for page in ("payment_void", "receipt", "receipt_pdf"):
        assert desk.get(address(elsewhere, page, line.public_id)).status_code == 404


def test_strangers_get_404(frozen, as_, client, dr_diaz, erin, alice, visit, paid):
    pages = [address(visit, page) for page in PAGES]
    pages += [address(visit, page, paid.public_id) for page in ("payment_void", "receipt")]
    for page in pages:
        for user in (dr_diaz.user, erin, alice):
            assert as_(user).get(page).status_code == 404
            assert as_(user).post(page, typed()).status_code in (404, 405)
        assert client.get(page).url == f"/cuenta/login/?next={page}"
    assert visit.payment_lines.count() == 1


def test_line_of_another_visit_is_absent(ana, visit, paid, clinic):
    other = AppointmentFactory(clinic=clinic, starts_at=SLOT)
    for page in ("payment_void", "receipt", "receipt_pdf"):
        assert ana.get(address(other, page, paid.public_id)).status_code == 404
        assert ana.get(address(visit, page, uuid.uuid4())).status_code == 404


def test_other_methods_are_405(ana, visit, paid):
    for page in PAGES:
        assert ana.put(address(visit, page)).status_code == 405
    for page in ("receipt", "receipt_pdf"):
        assert ana.post(address(visit, page, paid.public_id)).status_code == 405
