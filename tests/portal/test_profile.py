"""What doctors say of themselves, page by page."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import uploads
from doctors.enums import Verdict
from doctors.facts import facts_of
from doctors.models import Doctor, Education
from doctors.services.licences import check_licence
from tests.conftest import NOW
from tests.doctors import pictures
from tests.factories import SpecialtyFactory

pytestmark = pytest.mark.django_db
PROFILE = reverse("portal:profile")
PARTS = ["details", "specialties", "licence", "photo", "education", "experience", "qualifications"]
DETAILS = {
    "title": "dra",
    "first_names": "Ana",
    "last_names": "Molina Paz",
    "biography": "Escucho.\n\nCon calma.",
    "languages": ["es", "qu"],
    "practising_since": "2009",
    "takes_new_patients": "on",
}


def page(part):
    return reverse(f"portal:profile_{part}")


@pytest.fixture
def ana(as_, dr_chen):
    return as_(dr_chen.user)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return lambda: sorted(p.name for p in tmp_path.rglob("*") if p.is_file())


def photo(content, name="yo.jpg", kind="image/jpeg"):
    return {"photo": SimpleUploadedFile(name, content, kind)}


def test_profile_shows_all_of_it(ana, dr_chen):
    dr_chen.biography, dr_chen.languages, dr_chen.practising_since = "Escucho.", ["es", "qu"], 2009
    dr_chen.save()
    Education.objects.create(doctor=dr_chen, degree="Médica", institution="UCE", until_year=2005)
    html = ana.get(PROFILE).content.decode()
    for fact in ("Dra. Ana Molina Paz", "Cardióloga", "1234-5678", "En revisión", "Escucho.",
                 "Español, quechua", "2009", "Médica", "UCE", "(2005)", "Publicado",
                 "/medicos/ana-molina-paz/"):  # fmt: skip
        assert fact in html, fact


@pytest.mark.parametrize("part", ["", *PARTS])
def test_profile_is_its_doctors_alone(as_, client, alice, bob, erin, carla, dr_chen, dr_diaz, part):
    Doctor.objects.filter(pk=dr_chen.pk).update(biography="MARCA7Q", licence_number="MARCA7Q")
    Education.objects.create(doctor=dr_chen, degree="MARCA7Q", institution="UCE")
    path = page(part) if part else PROFILE
    assert client.get(path).url == f"/cuenta/login/?next={path}"
    for method in ("get", "post"):
        answers = [getattr(as_(p), method)(path) for p in (alice, bob, erin, carla)]
        assert [a.status_code for a in answers] == [404] * 4
    html = as_(dr_diaz.user).get(path).content.decode()
    assert "MARCA7Q" not in html


def test_profile_is_for_looking(ana):
    assert ana.post(PROFILE).status_code == 405


def test_details_are_saved(ana, dr_chen):
    assert ana.post(page("details"), DETAILS).url == PROFILE
    dr_chen.refresh_from_db()
    assert (dr_chen.biography, dr_chen.languages, dr_chen.practising_since) == (
        "Escucho.\n\nCon calma.",
        ["es", "qu"],
        2009,
    )
    assert "Guardamos los cambios." in ana.get(PROFILE).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Elija una opción en «Tratamiento»."),
        ("title", "prof", "Elija una de las opciones de la lista."),
        ("first_names", "", "Complete «Nombres»."),
        ("first_names", "...", "Escriba el nombre con letras."),
        ("last_names", "x" * 81, "Escriba 80 caracteres o menos (tiene 81)."),
        ("last_names", "Mol\x00ina", "Quite los caracteres invisibles"),
        ("biography", "x" * 4001, "Escriba 4000 caracteres o menos (tiene 4001)."),
        ("languages", ["xx"], "Elija una de las opciones de la lista."),
        ("practising_since", "1929", "Escriba un año entre 1930 y 2026."),
        ("practising_since", "2027", "Escriba un año entre 1930 y 2026."),
        ("practising_since", "9" * 5000, "Escriba el año con cuatro cifras, por ejemplo 2009."),
        ("practising_since", "-1", "Escriba un año entre 1930 y 2026."),
        ("practising_since", "dos mil", "Escriba el año con cuatro cifras, por ejemplo 2009."),
    ],
)
def test_details_that_cannot_be_are_refused(frozen, ana, dr_chen, field, value, sentence):
    answer = ana.post(page("details"), {**DETAILS, "biography": "Otra.", field: value})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Doctor.objects.get().biography == ""


def test_details_typed_are_kept_when_one_is_wrong(ana):
    html = ana.post(page("details"), {**DETAILS, "practising_since": "x"}).content.decode()
    assert "Con calma." in html and 'value="Molina Paz"' in html


def test_extra_fields_change_nothing(ana, dr_chen):
    ana.post(page("details"), {
        **DETAILS, "is_published": "", "licence_checked_at": "2026-01-01", "slug": "otra",
        "user": "1", "licence_number": "9",
    })  # fmt: skip
    dr_chen.refresh_from_db()
    assert (dr_chen.slug, dr_chen.is_published, dr_chen.licence_checked_at) == (
        "ana-molina-paz",
        True,
        None,
    )
    assert dr_chen.licence_number == "1234-5678"


def test_specialties_are_chosen_in_order(ana, dr_chen):
    SpecialtyFactory(slug="pediatria", name="Pediatría")
    chosen = {"specialty_1": "pediatria", "specialty_2": "cardiologia", "specialty_3": "pediatria"}
    assert ana.post(page("specialties"), chosen).url == PROFILE
    rows = dr_chen.doctor_specialties.order_by("position")
    assert [r.specialty.slug for r in rows] == ["pediatria", "cardiologia"]
    form = ana.get(page("specialties")).context["form"]
    assert form.initial == {"specialty_1": "pediatria", "specialty_2": "cardiologia"}


@pytest.mark.parametrize("chosen", [{}, {"specialty_1": "nada"}, {"specialty_2": "cardiologia"}])
def test_specialties_need_a_main_one(ana, dr_chen, chosen):
    assert ana.post(page("specialties"), chosen).status_code == 422
    assert dr_chen.doctor_specialties.count() == 1


@pytest.fixture
def checked(dr_chen, erin):
    """Ana's licence, verified as the cardiologist Ana Molina Paz."""
    check_licence(doctor=dr_chen, shown=facts_of(dr_chen).mark, verdict=Verdict.VERIFIED, reason="",
                  actor=erin, now=NOW)  # fmt: skip
    return dr_chen


AGAIN = "Su registro profesional se revisa otra vez"


@pytest.mark.parametrize(("part", "same", "other"), [
    ("details", {**DETAILS, "first_names": "ANÁ"}, {**DETAILS, "first_names": "Eva"}),
    ("specialties", {"specialty_1": "cardiologia"},
     {"specialty_1": "cardiologia", "specialty_2": "pediatria"}),
])  # fmt: skip
def test_verified_doctor_hears_that_a_change_is_checked(
    frozen, ana, client, checked, clinic, part, same, other
):
    """Before and after it is saved; the public is not told that it is verified until it is."""
    SpecialtyFactory(slug="pediatria", name="Pediatría")
    warning, why = "Su registro está verificado con su nombre", "Lo revisamos otra vez, porque"
    public = reverse("doctor", args=[checked.slug])
    assert warning in ana.get(page(part)).content.decode()
    html = ana.post(page(part), same, follow=True).content.decode()
    assert (AGAIN in html, why in html) == (False, False)
    assert "Registro verificado" in client.get(public).content.decode()
    html = ana.post(page(part), other, follow=True).content.decode()
    assert (AGAIN in html, why in html, "En revisión" in html) == (True, True, True)
    assert warning not in ana.get(page(part)).content.decode()
    html = client.get(public, follow=True).content.decode()
    assert ("Registro verificado" in html, "Sin verificar" in html) == (False, True)


def test_licence_is_stated(ana, dr_chen):
    assert ana.post(page("licence"), {"number": " 17-2026 "}).url == PROFILE
    dr_chen.refresh_from_db()
    assert dr_chen.licence_number == "17-2026"


@pytest.mark.parametrize("number", ["", "abc", "1" * 41, "1\x00"])
def test_licence_needs_a_number(ana, dr_chen, number):
    assert ana.post(page("licence"), {"number": number}).status_code == 422
    assert Doctor.objects.get().licence_number == "1234-5678"


def test_licence_page_says_why_not(ana, dr_chen, frozen):
    dr_chen.licence_refused_at, dr_chen.licence_refusal = frozen, "No consta <b>así</b>."
    dr_chen.save()
    html = ana.get(page("licence")).content.decode()
    assert "No consta &lt;b&gt;así&lt;/b&gt;." in html
    assert "lunes 23 de noviembre" in html


def test_photo_is_shown_wherever_the_doctor_is(frozen, ana, client, dr_chen, clinic, media):
    assert ana.post(page("photo"), photo(pictures.picture())).url == PROFILE
    dr_chen.refresh_from_db()
    name = dr_chen.photo
    assert media() == [f"{name.hex}-384.webp", f"{name.hex}-96.webp"]
    small, large = (reverse("photo", args=[name, side]) for side in (96, 384))
    assert large in client.get(reverse("doctor", args=[dr_chen.slug])).content.decode()
    assert small in client.get(reverse("search"), {"q": "cardióloga"}).content.decode()
    assert large in ana.get(PROFILE).content.decode()


def test_photo_is_changed_only_so_often_in_a_day(frozen, ana, media, settings):
    settings.FILES_PER_DAY = 2
    for _n in range(2):
        assert ana.post(page("photo"), photo(pictures.picture())).status_code == 302
    kept = media()
    answer = ana.post(page("photo"), photo(pictures.picture()))
    assert (answer.status_code, media()) == (429, kept)
    assert "Hoy ya cambió su foto muchas veces." in answer.content.decode()
    assert ana.post(page("photo"), {"quitar": "1"}).url == PROFILE
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert ana.post(page("photo"), photo(pictures.picture())).status_code == 302


def test_photo_is_removed(ana, dr_chen, media, django_capture_on_commit_callbacks):
    ana.post(page("photo"), photo(pictures.picture()))
    with django_capture_on_commit_callbacks(execute=True):
        assert ana.post(page("photo"), {"quitar": "1"}).url == PROFILE
    dr_chen.refresh_from_db()
    assert (dr_chen.photo, media()) == (None, [])
    assert ana.post(page("photo"), {"quitar": "1"}).url == PROFILE


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Elija un archivo con su foto."),
        (photo(b""), "Ese archivo está vacío. Elija otra foto."),
        (photo(pictures.SVG, "yo.svg", "image/svg+xml"), "No pudimos leer esa foto."),
        (photo(pictures.HTML, "yo.jpg"), "No pudimos leer esa foto."),
        (photo(pictures.picture(size=(50, 50))), "La foto es demasiado pequeña."),
        (photo(pictures.picture() + b"x" * 5_000_000), "La foto pesa más de 5 MB."),
        (photo(pictures.picture() + b"x" * 20_000_000), "La foto pesa más de 5 MB."),
        ({"photo": "no es un archivo"}, "Elija un archivo con su foto."),
    ],
)
def test_photo_that_is_none_is_refused(ana, dr_chen, media, sent, sentence):
    answer = ana.post(page("photo"), sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert (Doctor.objects.get().photo, media()) == (None, [])


def test_name_and_kind_of_an_upload_count_for_nothing(ana, dr_chen, media):
    sent = photo(pictures.picture("PNG"), "../../../etc/x.svg", "text/html")
    assert ana.post(page("photo"), sent).url == PROFILE
    dr_chen.refresh_from_db()
    assert media() == [f"{dr_chen.photo.hex}-384.webp", f"{dr_chen.photo.hex}-96.webp"]


def test_upload_is_cut_before_it_fills_anything(rf):
    upload = rf.post("/", photo(b"x" * 20_000_000)).FILES["photo"]
    assert upload.size == 20_000_000
    assert uploads.MAX_BYTES < len(upload.read()) < uploads.MAX_BYTES + 100_000


def test_upload_of_many_files_has_one_limit(rf):
    files = {f"file{n}": SimpleUploadedFile("x", b"x" * 5_000_000) for n in range(3)}
    uploaded = rf.post("/", files).FILES
    assert sum(len(upload.read()) for upload in uploaded.values()) < uploads.MAX_BYTES + 100_000


def test_disk_that_is_full_is_said(ana, dr_chen, tmp_path):
    (tmp_path / "doctors").write_text("a file where the folder should be")
    answer = ana.post(page("photo"), photo(pictures.picture()))
    assert answer.status_code == 422
    assert "No pudimos guardar la foto." in answer.content.decode()


@pytest.mark.parametrize("part", PARTS)
def test_pages_ask_a_fixed_number_of_questions(
    ana, dr_chen, clinic, part, django_assert_max_num_queries
):
    for n in range(3):
        Education.objects.create(doctor=dr_chen, degree=f"Título {n}", institution="UCE")
    ana.get(page(part))
    with django_assert_max_num_queries(9):
        ana.get(page(part))
