"""A doctor makes a profile: set-up, photo, career, preview; and staff looks the licence up."""

import pytest
from playwright.sync_api import expect

from doctors.models import Doctor
from tests.doctors.pictures import picture, quartered
from tests.factories import ClinicFactory

MARTA = "marta@ejemplo.test"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def choose(visitor, label):
    visitor.page.get_by_label(label, exact=True).check()
    return visitor


def send_photo(visitor, content):
    visitor.page.locator("[name=photo]").set_input_files(
        {"name": "yo.jpg", "mimeType": "image/jpeg", "buffer": content}
    )
    return visitor.press("Guardar")


def test_new_doctor_makes_a_profile(visitor, town):
    visitor.go("/").follow("Crear su cuenta").title("Crear cuenta")
    expect(visitor.page.get_by_label("Soy médica o médico")).to_be_checked()
    visitor.sign_up(MARTA).title("Le damos la bienvenida, Marta").look("set-up, first time")
    visitor.follow("Empezar").title("Sus datos").look("first step")
    visitor.press("Guardar y seguir").reads("Elija una opción en «Tratamiento».")
    visitor.look("first step with an error")
    choose(visitor, "Dra.").write(biography="Escucho con calma.")
    visitor.press("Guardar y seguir").title("Especialidades").look("specialties")
    visitor.page.locator("[name=specialty_1]").select_option("pediatria")
    visitor.press("Guardar y seguir").title("Registro profesional").look("licence")
    visitor.write(number="17-2026").press("Guardar y seguir").look("first consultorio")
    # Left here, and resumed another day.
    visitor.go("/agenda/").go("/empezar/").title("Puesta en marcha")
    visitor.reads("3 de 7 listos")
    visitor.look("set-up, half way")
    visitor.go("/perfil/vista-previa/").reads("Para publicar falta:")
    visitor.look("preview with gaps")
    doctor = Doctor.objects.get(user__email=MARTA)
    ClinicFactory(doctor=doctor, name="El Batán")
    visitor.go("/empezar/").follow("Continuar: Revisar y publicar")
    visitor.title("Así se verá su perfil").look("preview")
    visitor.press("Publicar mi perfil").title("Su perfil").reads("ya pueden reservar con usted")
    visitor.follow("Ver su perfil público").title("Dra. Marta Cueva")
    expect(visitor.times.first).to_be_visible()


def test_doctor_changes_a_profile(visitor, clinic, dr_chen):
    visitor.go("/perfil/").enter(dr_chen.user.email).title("Su perfil").look("profile, bare")
    visitor.follow("Agregar una foto").title("Foto").look("photo, none")
    send_photo(visitor, picture("GIF")).reads("No pudimos leer esa foto.")
    visitor.look("photo refused")
    send_photo(visitor, quartered()).title("Su perfil")
    image = visitor.page.locator(".doctor--head img")
    assert image.evaluate("e => e.decode().then(() => e.naturalWidth)") == 384
    visitor.go("/perfil/foto/").look("photo").press("Quitar la foto").reads("Quitamos su foto.")
    visitor.go("/perfil/formacion/").title("Formación").look("education, none")
    visitor.page.locator("[name='0-degree']").fill("Médica")
    visitor.page.locator("[name='0-institution']").fill("UCE")
    visitor.press("Agregar otro título")
    expect(visitor.page.locator("[name='1-degree']")).to_be_focused()
    # The Enter key saves; it does not take the first row away.
    with visitor.turning():
        visitor.page.locator("[name='0-degree']").press("Enter")
    visitor.title("Su perfil").reads("Médica")
    visitor.look("profile")
    visitor.follow("Dejar de publicar").title("¿Dejar de publicar su perfil?").look("hide")
    visitor.press("Dejar de publicar").reads("Sin publicar")


def test_staff_says_why_not(open_browser, clinic, dr_chen, root):
    staff = open_browser().go("/admin/doctors/doctor/?registro=pending")
    staff.enter(root.email).look("queue of licences")
    staff.follow(staff.page.get_by_role("link", name="Revisar").first)
    staff.look("licence of a doctor")
    staff.page.get_by_label("No se pudo verificar").check()
    staff.page.get_by_label("Motivo para el médico").fill("No consta en el registro.")
    with staff.turning():
        staff.page.get_by_role("button", name="Guardar el resultado").click()
    doctor = open_browser(width=360).go("/perfil/registro/").enter(dr_chen.user.email)
    doctor.reads("No consta en el registro.")
    doctor.look("licence refused")
