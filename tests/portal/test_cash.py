"""What is owed, what goes back, and the cash desk of a day."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from appointments.balance import balance_of
from appointments.ledger import with_balance
from appointments.models import Appointment
from appointments.services.payments import void_line
from core.sheets import BOM
from tests.factories import (
    AppointmentFactory,
    ClinicFactory,
    PatientFactory,
    PaymentLineFactory,
)

pytestmark = pytest.mark.django_db
PAGES = ("owed", "owed_csv", "cash", "cash_csv")
OWED, CASH = reverse("portal:owed"), reverse("portal:cash")


@pytest.fixture
def ana(frozen, as_, dr_chen):
    return as_(dr_chen.user)


@pytest.fixture
def past(clinic, now):
    """`past(3, ...)`: attended so many days ago."""

    def make(days, **changes):
        usual = {"clinic": clinic, "starts_at": now - timedelta(days=days), "status": "attended"}
        return AppointmentFactory(**usual | changes)

    return make


@pytest.fixture
def book(past, clinic, now):
    """One of each: owed, partly paid, paid, waived, fee, past without answer, coming, credit."""
    made = {
        "owed": past(1),
        "part": past(2),
        "paid": past(3),
        "waived": past(4),
        "fee": past(5, status="cancelled_patient", cancelled_at=now - timedelta(days=6)),
        "unanswered": past(6, status="booked"),
        "no_show": past(7, status="no_show"),
        "coming": past(-3, status="booked"),
        "credit": past(8, status="cancelled_doctor", cancelled_at=now - timedelta(days=9)),
        "pesos": past(9, price=Decimal(30_000), currency="CLP"),
        "free": past(10, price=None),
    }
    PaymentLineFactory(appointment=made["part"], amount=Decimal("20.50"))
    PaymentLineFactory(appointment=made["paid"])
    PaymentLineFactory(appointment=made["waived"], kind="waiver", note="Cortesía")
    PaymentLineFactory(appointment=made["fee"], kind="charge", fee="late", amount=Decimal(10))
    PaymentLineFactory(appointment=made["credit"])
    PaymentLineFactory(appointment=made["pesos"], amount=Decimal(10_000))
    return made


def csv_of(answer):
    text = answer.content.decode()
    assert text.startswith(BOM)
    return [line.split(";") for line in text.removeprefix(BOM).split("\r\n")[:-1]]


def shown(answer):
    return [visit.pk for visit in answer.context["page"]]


def test_owed_lists_what_is_over_and_not_paid(ana, book):
    answer = ana.get(OWED)
    assert shown(answer) == [book[n].pk for n in ("owed", "part", "fee", "unanswered", "pesos")]
    totals = [(t.currency, t.amount, t.count) for t in answer.context["totals"]]
    assert totals == [("CLP", 20_000, 1), ("USD", Decimal("124.50"), 4)]
    html = answer.content.decode()
    for said in ("USD\xa0124,50", "CLP\xa020\xa0000", "Pagado: USD\xa020,50"):
        assert said in html


def test_credits_are_what_goes_back(ana, book):
    answer = ana.get(OWED, {"ver": "devolver"})
    assert shown(answer) == [book["credit"].pk]
    assert [(t.currency, t.amount) for t in answer.context["totals"]] == [("USD", 45)]


def test_lists_agree_with_the_account(book, dr_chen, now):
    line = book["part"].payment_lines.get()
    void_line(line=line, actor=dr_chen.user, key=uuid.uuid4(), now=now)
    for visit in with_balance(Appointment.objects.all()):
        found = balance_of(visit, visit.payment_lines.all())
        assert (visit.due, visit.paid, visit.balance) == (
            found.due, found.paid, found.due - found.paid,
        )  # fmt: skip


@pytest.mark.parametrize(("query", "names"), [
    ({"desde": "2026-11-21"}, ["owed", "part"]),
    ({"hasta": "2026-11-17"}, ["unanswered", "pesos"]),
    ({"desde": "2026-11-21", "hasta": "2026-11-21"}, ["part"]),
])  # fmt: skip
def test_owed_from_day_to_day(ana, book, query, names):
    assert shown(ana.get(OWED, query)) == [book[name].pk for name in names]


def test_owed_of_one_clinic(ana, book, dr_chen, past):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    there = past(12, clinic=other)
    assert shown(ana.get(OWED, {"consultorio": other.public_id})) == [there.pk]


@pytest.mark.parametrize(("query", "sentence"), [
    ({"desde": "ayer"}, "Escriba una fecha que exista"),
    ({"desde": "2026-11-21", "hasta": "2026-11-01"}, "La fecha final no puede ser anterior"),
    ({"consultorio": "x"}, "Elija una de las opciones de la lista."),
])  # fmt: skip
@pytest.mark.parametrize("page", PAGES)
def test_bad_filters_are_said(ana, book, page, query, sentence):
    answer = ana.get(reverse(f"portal:{page}"), query)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_owed_csv(ana, clinic, past):
    patient = PatientFactory(first_names="=HYPERLINK(1)", last_names="@x")
    visit = past(2, patient=patient, code="T-X1")
    PaymentLineFactory(appointment=visit, amount=Decimal("20.50"))
    answer = ana.get(reverse("portal:owed_csv"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="por-cobrar.csv"'
    head, row = csv_of(answer)
    assert head[:4] == ["Fecha", "Hora", "Código", "Paciente"]
    assert row == ["2026-11-21", "9:00", "T-X1", "'=HYPERLINK(1) @x", "593 99 123 4567",
                   "La Carolina", "Asistió", "USD", "45,00", "20,50", "24,50"]  # fmt: skip


def test_cash_of_today_by_method(ana, book, dr_chen, now):
    visit = book["owed"]
    PaymentLineFactory(appointment=visit, amount=Decimal(10), method="card")
    PaymentLineFactory(appointment=visit, kind="refund", amount=Decimal("2.50"), method="cash")
    old = datetime(2026, 11, 23, 4, 59, tzinfo=UTC)  # Sunday still, in Quito
    PaymentLineFactory(appointment=book["unanswered"], amount=Decimal(7), at=old)
    wrong = PaymentLineFactory(appointment=visit, amount=Decimal(8), method="card")
    void_line(line=wrong, actor=dr_chen.user, key=uuid.uuid4(), now=now)
    answer = ana.get(CASH)
    totals = [(t.currency, t.method, t.amount, t.count) for t in answer.context["totals"]]
    assert totals == [("CLP", "cash", 10_000, 1), ("USD", "card", 10, 3),
                      ("USD", "cash", Decimal("108.00"), 4)]  # fmt: skip
    answer = ana.get(CASH, {"desde": "2026-11-22"})
    assert [t.amount for t in answer.context["totals"]] == [7]


def test_cash_csv(ana, past, dr_chen):
    visit = past(1, code="T-X2")
    PaymentLineFactory(appointment=visit, note="+1", amount=Decimal("20.50"), receipt_number=4)
    PaymentLineFactory(appointment=visit, kind="refund", amount=Decimal(5), receipt_number=5)
    answer = ana.get(reverse("portal:cash_csv"))
    assert answer["Content-Disposition"] == (
        'attachment; filename="caja-2026-11-23-2026-11-23.csv"'
    )
    _head, *rows = csv_of(answer)
    assert rows == [
        ["2026-11-23", "8:00", "Pago", "4", "T-X2", "Luis Andrade", "La Carolina", "efectivo",
         "USD", "20,50", "Ana Molina Paz", "'+1"],
        ["2026-11-23", "8:00", "Devolución", "5", "T-X2", "Luis Andrade", "La Carolina",
         "efectivo", "USD", "-5,00", "Ana Molina Paz", ""],
    ]  # fmt: skip


def test_reception_sees_the_money_of_its_clinics(frozen, as_, carla, dr_chen, book, past):
    other = ClinicFactory(doctor=dr_chen, name="Cumbayá")
    there = past(12, clinic=other)
    PaymentLineFactory(appointment=there, amount=Decimal(1))
    desk = as_(carla)
    assert there.pk not in shown(desk.get(OWED))
    assert len(csv_of(desk.get(reverse("portal:owed_csv")))) == 1 + 5
    assert len(csv_of(desk.get(reverse("portal:cash_csv")))) == 1 + 4
    assert desk.get(OWED, {"consultorio": other.public_id}).status_code == 400


def test_another_doctor_sees_none_of_it(frozen, as_, dr_diaz, book):
    desk = as_(dr_diaz.user)
    assert "No le deben nada" in desk.get(OWED).content.decode()
    assert "No hay movimientos" in desk.get(CASH).content.decode()
    for page in ("owed_csv", "cash_csv"):
        assert len(csv_of(desk.get(reverse(f"portal:{page}")))) == 1


@pytest.mark.parametrize("page", PAGES)
def test_lists_are_the_desks(as_, client, alice, erin, dr_chen, page):
    path = reverse(f"portal:{page}")
    assert [as_(user).get(path).status_code for user in (alice, erin)] == [404, 404]
    assert client.get(path).url == f"/cuenta/login/?next={path}"
    assert as_(dr_chen.user).post(path).status_code == 405


def test_no_reason_in_any_list(ana, book):
    visit = book["part"]
    visit.reason = "dolor de pecho"
    visit.save()
    for page in PAGES:
        assert "dolor de pecho" not in ana.get(reverse(f"portal:{page}")).content.decode()
