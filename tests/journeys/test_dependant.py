"""A mother books for her son; the next time he is offered by name."""

from appointments.models import Appointment

SON = {
    "new_first_names": "Tomás",
    "new_last_names": "Vera Paz",
    "new_birth_date_0": "9",
    "new_birth_date_1": "7",
    "new_birth_date_2": "2019",
}


def test_dependant_is_typed_once(visitor, town, alice):
    _to_details(visitor, doctor=0, time=0).enter(alice.email)
    visitor.page.get_by_label("Para otra persona", exact=True).check()
    visitor.write(**SON)
    visitor.page.get_by_label("¿Qué es esta persona para usted?").select_option("child")
    visitor.look("details of another person").press("Revisar la cita")
    visitor.title("Revise su cita").reads("Tomás Vera Paz")
    visitor.press("Confirmar la cita").reads("Tomás Vera Paz")

    _to_details(visitor, doctor=1, time=1).title("Sus datos para la cita")
    visitor.page.get_by_label("Tomás Vera Paz").check()
    visitor.look("details with a dependant").press("Revisar la cita")
    visitor.press("Confirmar la cita").title("Su cita está confirmada")

    first, second = Appointment.objects.order_by("id")
    assert first.patient == second.patient == alice.patients.get(relationship="child")
    visitor.go("/cuenta/personas/").look("dependants").follow("Tomás Vera Paz").look("dependant")


def _to_details(visitor, *, doctor, time):
    visitor.go("/buscar/?q=bebés")
    cards = visitor.page.locator("article.card")
    visitor.take(cards.nth(doctor).locator("[data-db-hold] a").nth(time))
    return visitor
