from decimal import Decimal

import pytest
from django.utils import translation

from core.sheets import BOM, cell, sheet


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\n=x", "  =x", "＝1"])
def test_what_somebody_typed_is_no_formula(typed):
    assert cell(typed) == f"'{typed}"


@pytest.mark.parametrize("typed", ["Ana", "a=b", "", "1-2", "¡Hola!"])
def test_other_texts_stay(typed):
    assert cell(typed) == typed


def test_amounts_are_numbers_of_the_readers_language():
    assert (cell(Decimal("-20.50")), cell(Decimal(10_000)), cell(None), cell(7)) == (
        "-20,50", "10000", "", "7",
    )  # fmt: skip
    with translation.override("en"):
        assert cell(Decimal("20.50")) == "20.50"


def test_sheet():
    answer = sheet("x.csv", ["Señal", "Valor"], [['di "x"; y', Decimal("1.5")], ["a\nb", 2]])
    assert answer.content.decode() == (BOM + 'Señal;Valor\r\n"di ""x""; y";1,5\r\n"a\nb";2\r\n')
