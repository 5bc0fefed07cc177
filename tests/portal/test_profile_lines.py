"""Education, experience, qualifications: lists whose rows come and go without scripts."""

import pytest
from django.urls import reverse

from doctors.forms import MOST_LINES
from doctors.models import Education, Experience, Qualification

pytestmark = pytest.mark.django_db
EDUCATION = reverse("portal:profile_education")
PROFILE = reverse("portal:profile")


@pytest.fixture
def ana(as_, dr_chen):
    Education.objects.create(doctor=dr_chen, degree="Médica", institution="UCE", until_year=2005)
    return as_(dr_chen.user)


def rows(*lines, **more):
    sent = {"filas": len(lines), **more}
    for n, line in enumerate(lines):
        names = ("degree", "institution", "from_year", "until_year")
        sent |= {f"{n}-{name}": value for name, value in zip(names, line, strict=False)}
    return sent


def degrees():
    return list(Education.objects.order_by("id").values_list("degree", flat=True))


def shown(answer):
    return [(form.prefix, form["degree"].value()) for form in answer.context["lines"].forms]


def test_list_begins_with_what_there_is(ana, as_, dr_diaz):
    assert shown(ana.get(EDUCATION)) == [("0", "Médica")]
    assert shown(as_(dr_diaz.user).get(EDUCATION)) == [("0", None)]


def test_list_is_saved_whole_and_in_order(ana):
    sent = rows(("Especialista", "USFQ", "2006", "2009"), ("", "", "", ""), ("Médica", "UCE"))
    assert ana.post(EDUCATION, sent).url == PROFILE
    assert degrees() == ["Especialista", "Médica"]
    assert ana.post(EDUCATION, sent).url == PROFILE
    assert degrees() == ["Especialista", "Médica"]
    assert ana.post(EDUCATION, rows(("", "", "", ""))).url == PROFILE
    assert degrees() == []


def test_row_is_added_and_saves_nothing(ana):
    answer = ana.post(EDUCATION, rows(("Otra", "", "x", ""), agregar="1"))
    assert (answer.status_code, shown(answer)) == (200, [("0", "Otra"), ("1", None)])
    html = answer.content.decode()
    assert 'name="filas" value="2"' in html and "autofocus" in html
    assert "Hay un problema" not in html
    assert degrees() == ["Médica"]


def test_row_is_taken_away_and_saves_nothing(ana):
    sent = rows(("A", "a"), ("B", "b"), ("C", "c"), quitar="1")
    assert shown(ana.post(EDUCATION, sent)) == [("0", "A"), ("1", "C")]
    assert shown(ana.post(EDUCATION, rows(("A", "a"), quitar="0"))) == [("0", None)]
    for nonsense in ("9", "-1", "x", ""):
        answer = ana.post(EDUCATION, rows(("A", "a"), quitar=nonsense))
        assert (answer.status_code, shown(answer)) == (200, [("0", "A")])
    assert degrees() == ["Médica"]


def test_list_does_not_grow_for_ever(ana):
    full = [(f"Título {n}", "UCE") for n in range(MOST_LINES)]
    answer = ana.post(EDUCATION, rows(*full, agregar="1"))
    assert len(shown(answer)) == MOST_LINES
    assert 'name="agregar"' not in answer.content.decode()
    assert ana.post(EDUCATION, rows(*full, ("Una más", "UCE"))).url == PROFILE
    assert len(degrees()) == MOST_LINES


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (("", "UCE"), "Complete «Título»."),
        (("Médica", ""), "Complete «Institución»."),
        (("Médica", "UCE", "2010", "2009"), "El año final no puede ser anterior al inicial."),
        (("Médica", "UCE", "1900"), "Escriba un año entre 1930 y 2026."),
        (("Médica", "UCE", "99999999999999999999"), "Escriba un año entre 1930 y 2026."),
        (("x" * 161, "UCE"), "Escriba 160 caracteres o menos (tiene 161)."),
        (("Méd\x00ica", "UCE"), "Quite los caracteres invisibles"),
    ],
)
def test_row_that_cannot_be_is_refused_and_nothing_saved(frozen, ana, line, sentence):
    answer = ana.post(EDUCATION, rows(("Buena", "UCE"), ("", ""), line))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert sentence in html and 'value="Buena"' in html and 'name="filas" value="3"' in html
    assert "<title>Error: " in html
    assert 'href="#id_2-' in html
    assert degrees() == ["Médica"]


@pytest.mark.parametrize("sent", [{}, {"filas": "x"}, {"filas": ""}, {"filas": "9" * 5000}])
def test_list_that_comes_torn_takes_nothing_away(ana, sent):
    answer = ana.post(EDUCATION, sent)
    assert answer.status_code == 422
    assert "No recibimos los datos completos." in answer.content.decode()
    assert shown(answer) == [("0", "Médica")]
    assert degrees() == ["Médica"]


@pytest.mark.parametrize("count", ["-5", "100000000"])
def test_count_that_is_out_of_bounds_is_bounded(ana, count):
    assert ana.post(EDUCATION, {**rows(("A", "a")), "filas": count}).status_code == 302


def test_words_are_shown_as_text(ana):
    html = ana.post(EDUCATION, rows(("<script>alert(1)</script>", '"><b>'), agregar="1"))
    assert "<script>alert(1)" not in html.content.decode()


def test_other_lists_are_kept_alike(ana, client, dr_chen, clinic):
    ana.post(reverse("portal:profile_experience"), {
        "filas": "1", "0-position": "Jefa", "0-institution": "Hospital", "0-from_year": "2010",
    })  # fmt: skip
    ana.post(reverse("portal:profile_qualifications"), {
        "filas": "1", "0-name": "Ecocardiografía", "0-year": "2012",
    })  # fmt: skip
    assert [(e.position, e.until_year) for e in Experience.objects.all()] == [("Jefa", None)]
    assert [(q.name, q.issuer, q.year) for q in Qualification.objects.all()] == [
        ("Ecocardiografía", "", 2012)
    ]
    html = client.get(reverse("doctor", args=[dr_chen.slug])).content.decode()
    assert "Jefa" in html and "Ecocardiografía" in html and "(desde 2010)" in html
