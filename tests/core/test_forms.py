from datetime import date

import pytest
from django import forms
from django.template.loader import render_to_string

from core.forms import ClockField, DateField, DayField, Form, RadioCards
from core.templatetags.components import initials, options


class Sample(Form):
    name = forms.CharField(label="Nombre")
    note = forms.CharField(label="Nota", required=False, widget=forms.Textarea)
    email = forms.EmailField(label="Correo")
    who = forms.ChoiceField(
        label="¿Para quién?",
        choices=[("me", "Para mí"), ("other", "Para otra persona")],
        widget=RadioCards(hints={"other": "Su hijo o su madre"}),
    )
    born = DateField(label="Nacimiento", latest=date(2026, 11, 24))


GOOD = {
    "name": "Ana",
    "email": "ana@correo.com",
    "who": "me",
    "born_0": "27",
    "born_1": "3",
    "born_2": "1985",
}


def errors(**changed):
    return Sample({**GOOD, **changed}).errors


def test_good_values_pass():
    form = Sample(GOOD)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["born"] == date(1985, 3, 27)


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x85", "\ud800"])
def test_control_characters_are_refused(sign):
    assert list(errors(name=f"A{sign}na")) == ["name"]
    assert list(errors(note=f"A{sign}na")) == ["note"]


def test_new_lines_belong_to_long_texts_only():
    assert errors(note="uno\r\ndos\ttres") == {}
    assert list(errors(name="uno\ndos")) == ["name"]


def test_emoji_is_text():
    assert errors(name="Ana 👩🏽‍⚕️") == {}


def test_lengths_are_capped():
    assert errors(name="x" * 10_000)["name"] == ["Escriba 200 caracteres o menos (tiene 10000)."]
    assert list(errors(note="x" * 4_001)) == ["note"]


def test_words_say_how_to_mend_it():
    assert errors(name="")["name"] == ["Complete «Nombre»."]
    assert errors(who="")["who"] == ["Elija una opción en «¿Para quién?»."]
    assert errors(who="nobody")["who"] == ["Elija una de las opciones de la lista."]
    assert errors(email="ana@")["email"] == [
        "Escriba el correo completo, por ejemplo nombre@correo.com."
    ]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("", "", ""), "Escriba el día, el mes y el año."),
        (("31", "2", "1985"), "Escriba una fecha que exista, por ejemplo 27 3 1985."),
        (("27", "", "1985"), "Escriba una fecha que exista, por ejemplo 27 3 1985."),
        (("27", "3", "9" * 5000), "Escriba una fecha que exista, por ejemplo 27 3 1985."),
        (("27", "3", "1885"), "Escriba una fecha entre el 01/01/1900 y el 24/11/2026."),
        (("25", "11", "2026"), "Escriba una fecha entre el 01/01/1900 y el 24/11/2026."),
    ],
)
def test_dates_are_real_and_bounded(parts, message):
    assert errors(born_0=parts[0], born_1=parts[1], born_2=parts[2])["born"] == [message]


def test_error_summary_leads_to_the_first_control_of_each_field():
    form = Sample({})
    assert [where for where, _message in form.error_summary] == [
        "id_name",
        "id_email",
        "id_who_0",
        "id_born_0",
    ]


def test_every_link_of_the_summary_has_its_target():
    form = Sample({})
    page = str(form)
    for where, message in form.error_summary:
        assert f'id="{where}"' in page
        assert message in page


def test_field_says_its_hint_and_error_to_a_screen_reader():
    form = Sample({**GOOD, "email": "ana@"})
    form.fields["email"].help_text = "Le escribiremos aquí"
    markup = form["email"].as_field_group()
    assert 'aria-invalid="true"' in markup
    assert 'aria-describedby="id_email_helptext id_email_error"' in markup
    assert 'id="id_email_helptext"' in markup
    assert 'id="id_email_error"' in markup


def test_only_optional_fields_are_marked():
    page = str(Sample())
    assert page.count("(opcional)") == 1


def test_options_carry_their_hints():
    pairs = [(option.choice_label, hint) for option, hint in options(Sample()["who"])]
    assert pairs == [("Para mí", ""), ("Para otra persona", "Su hijo o su madre")]


def test_names_are_escaped():
    page = render_to_string("components/notice.html", {"text": "<script>"})
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ana Molina Paz", "AM"), ("Luis Alberto Andrade Vera", "LA"), ("Ana", "A"), ("", "")],
)
def test_initials(name, letters):
    assert initials(name) == letters


class Opening(Form):
    opens = ClockField(label="Abre")
    day = DayField(label="Día", earliest=date(2026, 1, 1), latest=date(2027, 12, 31))


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("9", 540), ("9:30", 570), ("09:30", 570), ("930", 570), ("1330", 810), ("9.30", 570),
     ("9h30", 570), ("9 h", 540), (" 24:00 ", 1440), ("0:00", 0)],
)  # fmt: skip
def test_clock_is_read_as_it_is_typed(typed, minutes):
    form = Opening({"opens": typed, "day": "2026-11-24"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"opens": minutes, "day": date(2026, 11, 24)}


@pytest.mark.parametrize(
    "typed", ["25", "9:60", "24:01", "-9", "nueve", "9:3", "٣", "9\x00", "1e3"]
)
def test_clock_refuses_what_no_clock_shows(typed):
    form = Opening({"opens": typed, "day": "2026-11-24"})
    assert form.errors == {"opens": ["Escriba una hora entre 0:00 y 24:00, por ejemplo 9:30."]}


def test_clock_and_day_show_what_they_got():
    form = Opening(initial={"opens": 540, "day": date(2026, 11, 24)})
    assert 'value="09:00"' in str(form["opens"])
    assert 'type="date"' in str(form["day"])
    assert 'value="2026-11-24"' in str(form["day"])


@pytest.mark.parametrize("typed", ["0001-01-01", "9999-12-31", "2025-12-31", "2028-01-01"])
def test_day_stays_within_its_limits(typed):
    form = Opening({"opens": "9", "day": typed})
    assert form.errors == {"day": ["Escriba una fecha entre el 01/01/2026 y el 31/12/2027."]}


def test_day_that_does_not_exist():
    assert list(Opening({"opens": "9", "day": "2026-02-30"}).errors) == ["day"]
    assert list(Opening({"opens": "9", "day": "1" * 400}).errors) == ["day"]
