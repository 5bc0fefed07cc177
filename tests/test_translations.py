"""The English catalogue is complete, and the check that says so would notice if it were not."""

import polib
import pytest

from tests import check_translations as check
from tests.source_texts import Find, Text, Unreadable, python_texts, template_texts
from tests.unmarked_texts import unmarked_in_python, unmarked_in_template

pytestmark = pytest.mark.thorough
HELLO = Find(Text("", "Hola, %(name)s"), "templates/x.html")
DAYS = Find(Text("", "%(n)s día", "%(n)s días"), "templates/x.html")


def entry(msgid, msgstr="", **more):
    return polib.POEntry(msgid=msgid, msgstr=msgstr, **more)


def catalogue(*entries):
    po = polib.POFile()
    po.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": "en"}
    po.extend(entries)
    return po


@pytest.fixture
def rooms(tmp_path, monkeypatch):
    """Empty catalogues of our own, and sources that say two things."""
    for name in ("ENGLISH", "SPANISH"):
        monkeypatch.setattr(check, name, tmp_path / f"{name}.po")
        catalogue().save(str(tmp_path / f"{name}.po"))
    monkeypatch.setattr(check, "place", str)
    monkeypatch.setattr(check, "finds", lambda: iter([HELLO, DAYS]))


def test_translations_are_complete():
    assert check.problems() == []


# The check ----------------------------------------------------------------


def test_check_passes_what_is_right():
    good = catalogue(
        entry("Hola, %(name)s", "Hello, %(name)s"),
        entry(
            "%(n)s día", msgid_plural="%(n)s días", msgstr_plural={0: "%(n)s day", 1: "%(n)s days"}
        ),
    )
    assert check.catalogue_problems(good, [HELLO, DAYS]) == []


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (catalogue(), "has no English: 'Hola, %(name)s'"),
        (catalogue(entry("Hola, %(name)s")), "not translated"),
        (catalogue(entry("Hola, %(name)s", " ")), "not translated"),
        (catalogue(entry("Hola, %(name)s", "Hello, %(name)s", flags=["fuzzy"])), "fuzzy"),
        (catalogue(entry("Hola, %(name)s", "Hello, %(nombre)s")), "other placeholders"),
        (catalogue(entry("Hola, %(name)s", "Hello")), "other placeholders"),
        (catalogue(entry("Hola, %(name)s", "<b>Hello</b>, %(name)s")), "other placeholders"),
        (catalogue(entry("Hola, %(name)s", "Hello, %(name)s ")), "other spaces"),
        (catalogue(entry("Hola, %(name)s", "Hello, %(name)s", msgctxt="x")), "has no English"),
    ],
)
def test_check_finds_what_is_wrong_with_a_text(wrong, word):
    assert any(word in problem for problem in check.catalogue_problems(wrong, [HELLO]))


@pytest.mark.parametrize(
    ("singular", "forms", "word"),
    [
        ("%(n)s días", {0: "%(n)s day"}, "not translated"),
        ("%(n)s días", {0: "%(n)s day", 1: "days"}, "other placeholders"),
        ("%(n)s dias", {0: "%(n)s day", 1: "%(n)s days"}, "another plural"),
    ],
)
def test_check_finds_what_is_wrong_with_a_plural(singular, forms, word):
    wrong = catalogue(entry("%(n)s día", msgid_plural=singular, msgstr_plural=forms))
    assert any(word in problem for problem in check.catalogue_problems(wrong, [DAYS]))


def test_check_finds_what_no_source_says():
    wrong = catalogue(
        entry("Hola, %(name)s", "Hello, %(name)s"),
        entry("Adiós", "Good-bye"),
        entry("Ya no", "No more", obsolete=True),
    )
    found = check.catalogue_problems(wrong, [HELLO])
    assert [text for text in ("Adiós", "Ya no") if any(text in line for line in found)] == [
        "Adiós", "Ya no",
    ]  # fmt: skip
    assert len(found) == 2


def test_check_finds_braces_that_are_gone():
    assert check.entry_problems(entry("Complete «{label}».", "Fill in “{field}”."))
    assert check.entry_problems(entry("Complete «{label}».", "Fill in “{label}”.")) == []


def test_check_finds_spanish_that_no_library_needs():
    found = check.library_problems(catalogue(entry("Nobody says this", "Nadie lo dice")))
    assert len(found) == 1
    assert "no library says this any more" in found[0]
    assert check.library_problems(catalogue(entry("Email", "Correo"))) == []


def test_check_finds_a_compiled_catalogue_that_lags_behind(rooms):
    path = check.ENGLISH
    po = catalogue(entry("Hola", "Hello"))
    po.save(str(path))
    wish = f"{path.with_suffix('.mo')} is not what {path.name} says: run this check with --write"
    assert check.stale(path) == [wish]
    po.save_as_mofile(str(path.with_suffix(".mo")))
    assert check.stale(path) == []
    po[0].msgstr = "Hi"
    po.save(str(path))
    assert check.stale(path) == [wish]


def test_check_says_what_is_wrong_and_fails(rooms, capsys):
    assert check.main([]) == 1
    said = capsys.readouterr().out
    assert "templates/x.html: has no English: 'Hola, %(name)s'" in said


# --write -------------------------------------------------------------------


def test_write_adds_keeps_drops_and_compiles(rooms):
    catalogue(entry("Hola, %(name)s", "Hello, %(name)s"), entry("Ya no", "No more")).save(
        str(check.ENGLISH)
    )
    check.write()
    written = polib.pofile(str(check.ENGLISH))
    assert {e.msgid: e.msgstr or e.msgstr_plural for e in written} == {
        "Hola, %(name)s": "Hello, %(name)s",
        "%(n)s día": {0: "", 1: ""},
    }
    assert written[0].msgid_plural == "%(n)s días"
    assert check.stale(check.ENGLISH) == []
    assert [e.msgid for e in polib.mofile(str(check.ENGLISH.with_suffix(".mo")))] == [
        "Hola, %(name)s"
    ]


def test_write_twice_changes_nothing(rooms):
    check.write()
    first = check.ENGLISH.read_text()
    check.write()
    assert check.ENGLISH.read_text() == first


# Reading sources -----------------------------------------------------------


def test_texts_of_python():
    source = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext as p
from django.utils import translation
a = _("uno " "dos") % {"x": 1}
b = f"{_('tres')} y más"
c = ngettext("un día", "%(n)s días", 3)
d = p("mes", "mayo")
e = translation.gettext("cuatro")
f = other("cinco")
"""
    assert sorted(python_texts(source)) == sorted([
        Text("", "uno dos"), Text("", "tres"), Text("", "un día", "%(n)s días"),
        Text("mes", "mayo"), Text("", "cuatro"),
    ])  # fmt: skip


@pytest.mark.parametrize("argument", ["name", 'f"Hola {name}"', '"a" + b'])
def test_texts_that_cannot_be_read_are_refused(argument):
    source = f"from django.utils.translation import gettext\ngettext({argument})"
    with pytest.raises(Unreadable):
        list(python_texts(source))


def test_texts_of_templates():
    source = """{% load i18n %}
      <p title="{% translate "uno" %}">{{ x|default:_("dos") }}</p>
    {% translate 'tres "3"' context "cuenta" as title %}
  {% blocktranslate trimmed with a=b %}
      Hola, {{ a }}
      y adiós
  {% endblocktranslate %}
        {% blocktranslate count n=days|length context "c" trimmed %}
          {{ n }} día{% plural %}{{ n }} días
        {% endblocktranslate %}
  {% comment %}{% translate "nada" %}{% endcomment %}{# {% translate "nada" %} #}"""
    assert sorted(template_texts(source)) == sorted([
        Text("", "uno"), Text("", "dos"), Text("cuenta", 'tres "3"'),
        Text("", "Hola, %(a)s y adiós"), Text("c", "%(n)s día", "%(n)s días"),
    ])  # fmt: skip


# Texts that nobody marked ----------------------------------------------------


def test_unmarked_texts_of_templates():
    source = """{% load i18n %}
      <p class="card {% if x %}card--big{% endif %}" title="Su cita">Hola {{ name }},
      {% translate "marcado" %} · <b>adiós</b> {% blocktranslate %}marcado{% endblocktranslate %}
      <button>Español</button> Doctobooking {# nota #}<style>p { margin: 0 }</style></p>"""
    assert unmarked_in_template(source) == ["Su cita", "Hola", "adiós"]


def test_attributes_of_an_element_elsewhere_are_no_texts():
    source = 'data-db-live="{% url "x" %}"\ndata-db-many="{{ n }}"\ndata-db-over="Terminó {{ n }}"'
    assert unmarked_in_template(source) == ['" data-db-over="Terminó']


def test_unmarked_texts_of_python():
    source = '''
"""Un docstring en español."""
from django.utils.translation import gettext as _
ZONE_NAMES = {"America/Bogota": "Bogotá"}
x = _("marcado: sí")
messages.success(request, "Guardó sus datos. ¡Gracias!")
'''
    assert unmarked_in_python(source) == ["Guardó sus datos. ¡Gracias!"]
