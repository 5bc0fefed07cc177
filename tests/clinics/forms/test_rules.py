"""How visits are booked: lengths from lists, money as it is typed."""

from decimal import Decimal

import pytest

from clinics.forms.rules import RulesForm
from clinics.services.schedule import Rules
from tests.factories import ClinicFactory

GOOD = {
    "slot_minutes": "20", "step_minutes": "", "buffer_before": "0", "buffer_after": "5",
    "min_notice_minutes": "120", "horizon_days": "60", "requires_confirmation": "ask",
    "cancellation_notice_minutes": "720", "price": "45,50", "currency": "USD",
    "payment_methods": ["cash", "insurance"], "payment_policy": "Al llegar", "instructions": "",
    "reminders": ["1d", "2h"], "offers": ["sees_children"],
    "agreements": " IESS,  Seguros  Álamo ,iess,",
}  # fmt: skip


@pytest.fixture
def clinic():
    return ClinicFactory.build(slot_minutes=37, horizon_days=None)


def test_rules_are_read(clinic):
    form = RulesForm(GOOD, clinic=clinic)
    assert form.is_valid(), form.errors
    assert form.rules == Rules(
        slot_minutes=20, step_minutes=None, buffer_before=0, buffer_after=5,
        min_notice_minutes=120, horizon_days=60, cancellation_notice_minutes=720,
        requires_confirmation=True, price=Decimal("45.50"), currency="USD",
        payment_methods=["cash", "insurance"], payment_policy="Al llegar", instructions="",
        reminders=["1d", "2h"], agreements=["iess", "Seguros Álamo"], sees_children=True,
    )  # fmt: skip


def test_rules_left_empty_are_none(clinic):
    left = ("step_minutes", "buffer_before", "horizon_days", "price", "min_notice_minutes",
            "cancellation_notice_minutes")  # fmt: skip
    empty = dict.fromkeys(left, "")
    form = RulesForm({**GOOD, **empty, "requires_confirmation": "now"}, clinic=clinic)
    assert form.is_valid(), form.errors
    rules = form.rules
    assert (rules.step_minutes, rules.horizon_days, rules.price) == (None, None, None)
    assert (rules.buffer_before, rules.min_notice_minutes) == (0, 0)
    assert rules.requires_confirmation is False


def test_what_is_set_already_is_offered(clinic):
    form = RulesForm(clinic=clinic)
    assert ("37", "37 minutos") in form.fields["slot_minutes"].choices
    assert form.fields["horizon_days"].choices[0] == ("", "Sin límite")
    assert form.fields["buffer_after"].choices[0] == ("0", "Nada")
    assert form.fields["cancellation_notice_minutes"].choices[1] == ("60", "1 hora antes")
    assert 'value="45"' in str(form["price"])


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"slot_minutes": ""}, {"slot_minutes": ["Elija una opción en «Duración de cada cita»."]}),
        ({"slot_minutes": "7"}, {"slot_minutes": ["Elija una de las opciones de la lista."]}),
        ({"price": "gratis"}, {"price": ["Escriba un número, por ejemplo 45 o 45,50."]}),
        ({"price": "45.000"},
         {"price": ["Escriba el precio sin puntos de miles, por ejemplo 45000."]}),
        ({"price": "180000,50", "currency": "COP"},
         {"price": ["En COP el precio va sin decimales."]}),
        ({"currency": "XXX"}, {"currency": ["Elija una de las opciones de la lista."]}),
    ],
)  # fmt: skip
def test_rules_refuse(clinic, changed, error):
    assert RulesForm({**GOOD, **changed}, clinic=clinic).errors == error


def test_terms_of_payment_are_read(clinic):
    typed = {"late_cancellation_fee": "20,50", "no_show_fee": "0", "payment_time": "before",
             "deposit_terms": "La mitad antes", "follow_up_days": "15"}  # fmt: skip
    form = RulesForm({**GOOD, **typed}, clinic=clinic)
    assert form.is_valid(), form.errors
    rules = form.rules
    # A fee of nothing is none.
    assert (rules.late_cancellation_fee, rules.no_show_fee) == (Decimal("20.50"), None)
    assert (rules.payment_time, rules.deposit_terms) == ("before", "La mitad antes")
    assert rules.follow_up_days == 15


@pytest.mark.parametrize("fee", ["late_cancellation_fee", "no_show_fee"])
@pytest.mark.parametrize("amount", ["-1", "9" * 400, "NaN", "inf", "1e400", "mucho", "1.234"])
def test_fees_refuse(clinic, fee, amount):
    assert list(RulesForm({**GOOD, fee: amount}, clinic=clinic).errors) == [fee]


def test_fee_in_a_whole_currency(clinic):
    typed = {"price": "30000", "currency": "CLP", "no_show_fee": "10,50"}
    assert RulesForm({**GOOD, **typed}, clinic=clinic).errors == {
        "no_show_fee": ["En CLP el precio va sin decimales."]
    }


@pytest.mark.parametrize("price", ["-1", "9" * 400, "NaN", "inf", "1e400", "٣\x00"])
def test_price_refuses(clinic, price):
    assert list(RulesForm({**GOOD, "price": price}, clinic=clinic).errors) == ["price"]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (",".join(f"Seguro {n}" for n in range(21)), "Escriba 20 nombres como máximo."),
        ("x" * 61, "Cada nombre puede tener 60 caracteres."),
    ],
)
def test_too_many_or_too_long_agreements(clinic, names, sentence):
    form = RulesForm({**GOOD, "agreements": names}, clinic=clinic)
    assert form.errors == {"agreements": [sentence]}
    assert form["agreements"].value() == names


# What each type of visit costs -----------------------------------------------------

LIST = {"type_0": " Primera  consulta ", "type_price_0": "45", "type_1": "", "type_price_1": "",
        "type_2": "Control", "type_price_2": "30,50"}  # fmt: skip


def test_price_list_is_read(clinic):
    form = RulesForm({**GOOD, **LIST}, clinic=clinic)
    assert form.is_valid(), form.errors
    assert form.rules.visit_types == ("Primera consulta", "Control")
    assert form.rules.visit_prices == (Decimal(45), Decimal("30.50"))


def test_price_list_is_shown_with_rows_to_be_filled():
    listed = ClinicFactory.build(visit_types=["Control"], visit_prices=[Decimal("30.50")])
    rows = [(n.value(), p.value()) for n, p in RulesForm(clinic=listed).price_rows]
    assert rows == [("Control", "30.50"), (None, None), (None, None)]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"type_0": "Control"}, {"type_price_0": ["Escriba su precio; si no cuesta nada, 0."]}),
        ({"type_price_0": "30"},
         {"type_0": ["Escriba a qué tipo de consulta corresponde ese precio."]}),
        ({**LIST, "type_1": "CONTROL", "type_price_1": "1"},
         {"type_2": ["Ese tipo ya está en la lista."]}),
        ({"type_0": "Control", "type_price_0": "10,50", "currency": "CLP", "price": "1"},
         {"type_price_0": ["En CLP el precio va sin decimales."]}),
        ({"type_0": "x" * 61, "type_price_0": "1"},
         {"type_0": ["Escriba 60 caracteres o menos (tiene 61)."]}),
        ({"type_0": "Control", "type_price_0": "-1"}, None),
        ({"type_0": "Control", "type_price_0": "NaN"}, None),
    ],
)  # fmt: skip
def test_price_list_refuses(clinic, row, error):
    form = RulesForm({**GOOD, **row}, clinic=clinic)
    assert not form.is_valid()
    assert form.errors == error if error else list(form.errors) == ["type_price_0"]
    assert next(name.value() for name, _price in form.price_rows) == row.get("type_0")
