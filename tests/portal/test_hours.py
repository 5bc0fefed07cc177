"""The weekly editor of a consultorio."""

import re
import uuid

import pytest
from django.urls import reverse

from clinics.models import OpeningHours
from core.models import Event
from tests.clinics.forms.test_week import flat, row
from tests.factories import ClinicFactory

pytestmark = pytest.mark.django_db
MONDAY = row(1, "9", "13")


def page_of(clinic):
    return reverse("portal:hours", args=[clinic.public_id])


def typed(*rows, act="save", **more):
    return {**flat(*rows), "act": act, **more}


def saved(clinic):
    rows = OpeningHours.objects.filter(clinic=clinic)
    return sorted(rows.values_list("weekday", "starts_minute", "ends_minute"))


def preview_in(html):
    part = html.split('id="vista-previa"')[1].split("</section>")[0]
    return re.sub(r"<[^>]+>|\s+", " ", part)


@pytest.fixture
def small(dr_chen):
    return ClinicFactory(doctor=dr_chen, slot_minutes=20, hours=[(1, 540, 780)])


def test_hours_show_the_week_and_what_it_offers(frozen, as_, dr_chen, small):
    html = as_(dr_chen.user).get(page_of(small)).content.decode()
    assert 'name="opens_0" value="09:00"' in html
    assert 'name="closes_0" value="13:00"' in html
    preview = " ".join(preview_in(html).split())
    assert "la semana del lunes 30 de noviembre, con citas de 20 minutos" in preview
    assert "Lunes 9:00, 9:20, 9:40 … 12:40 (12 horas)" in preview
    assert "Martes no atiende" in preview


def test_hours_are_saved(frozen, as_, dr_chen, small):
    data = typed(MONDAY, row(1, "1500", "18"), row(5, "20:00", "2", since="2026-12-01"))
    response = as_(dr_chen.user).post(page_of(small), data)
    assert response.url == page_of(small)
    assert saved(small) == [(1, 540, 780), (1, 900, 1080), (5, 1200, 120)]
    event = Event.objects.get(name="clinic.hours_changed")
    assert (event.subject_id, event.data) == (small.public_id, {})


def test_hours_as_a_step_lead_on(frozen, as_, dr_chen, small):
    response = as_(dr_chen.user).post(f"{page_of(small)}?paso=horarios", typed(MONDAY))
    assert response.url == f"{reverse('portal:next_step')}?tras=horarios"


@pytest.mark.parametrize(
    ("act", "more", "shown"),
    [
        ("add:2", {}, ["day_0", "day_1"]),
        ("drop:0", {}, []),
        ("copy:1", {"copy_1": ["2", "3"]}, ["day_0", "day_1", "day_2"]),
        ("preview", {}, ["day_0"]),
        ("nonsense:9", {}, ["day_0"]),
    ],
)
def test_buttons_change_the_page_only(frozen, as_, dr_chen, small, act, more, shown):
    response = as_(dr_chen.user).post(page_of(small), typed(MONDAY, act=act, **more))
    assert response.status_code == 200
    assert re.findall(r'name="(day_\d+)"', response.content.decode()) == shown
    assert saved(small) == [(1, 540, 780)]
    assert Event.objects.count() == 0


def test_preview_follows_what_is_typed(frozen, as_, dr_chen, small):
    data = typed(row(1, "9", "10"), row(3, "x", "13"), act="preview")
    html = as_(dr_chen.user).post(page_of(small), data).content.decode()
    preview = " ".join(preview_in(html).split())
    assert "Lunes 9:00, 9:20, 9:40 (3 horas)" in preview
    assert "Miércoles no atiende" in preview
    assert 'value="x"' in html


def test_preview_of_four_times_names_them_all(frozen, as_, dr_chen, small):
    html = as_(dr_chen.user).post(page_of(small), typed(row(1, "9", "1020"), act="p")).content
    assert "Lunes 9:00, 9:20, 9:40, 10:00 (4 horas)" in " ".join(preview_in(html.decode()).split())


def test_errors_keep_what_was_typed(frozen, as_, dr_chen, small):
    data = typed(row(1, "9", "25"), row(2, "", "13"))
    response = as_(dr_chen.user).post(page_of(small), data)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Escriba una hora entre 0:00 y 24:00, por ejemplo 9:30." in html
    assert "Complete «martes, abre»." in html
    assert 'href="#id_closes_0"' in html
    assert 'value="25"' in html
    assert saved(small) == [(1, 540, 780)]


def test_an_empty_post_closes_nothing(as_, dr_chen, small):
    assert as_(dr_chen.user).post(page_of(small)).status_code == 422
    assert saved(small) == [(1, 540, 780)]


def test_a_week_without_hours_is_saved_when_one_says_so(frozen, as_, dr_chen, small):
    assert as_(dr_chen.user).post(page_of(small), typed()).status_code == 302
    assert saved(small) == []


def test_visits_are_settled_first(frozen, as_, dr_chen, clinic, visit):
    """Alicia's is on Wednesday at nine."""
    before = saved(clinic)
    response = as_(dr_chen.user).post(page_of(clinic), typed(MONDAY))
    html = response.content.decode()
    assert response.status_code == 200
    assert "Este cambio toca 1 cita" in html
    assert "Alicia Vera" in html
    for name, value in typed(MONDAY).items():
        assert f'name="{name}" value="{value}"' in html
    assert saved(clinic) == before


def test_visits_that_are_cancelled_let_the_change_pass(frozen, as_, dr_chen, clinic, visit):
    ana = as_(dr_chen.user)
    html = ana.post(page_of(clinic), typed(MONDAY)).content.decode()
    field = re.search(r'name="(settle-[0-9a-f-]+-\d{8}T\d{6}Z)"', html)[1]
    response = ana.post(page_of(clinic), {**typed(MONDAY), "settle": "1", field: "cancel"})
    assert response.url == page_of(clinic)
    assert saved(clinic) == [(1, 540, 780)]
    visit.refresh_from_db()
    assert visit.status == "cancelled_doctor"


@pytest.mark.parametrize(
    "data",
    [
        {"day_0": "1", "opens_0": "9" * 400, "closes_0": "13"},
        {"day_0": "1", "opens_0": "9\x00", "closes_0": "<script>"},
        {"day_0": "1", "opens_0": "9", "closes_0": "13", "since_0": "0001-01-01"},
        {"day_0": "1", "opens_0": "9", "closes_0": "13", "until_0": "9999-12-31"},
    ],
)
def test_hostile_rows(as_, dr_chen, small, data):
    response = as_(dr_chen.user).post(page_of(small), {"act": "save", **data})
    assert response.status_code == 422
    assert "<script>" not in response.content.decode()
    assert saved(small) == [(1, 540, 780)]


def test_hours_of_somebody_else_are_404(as_, client, dr_diaz, carla, alice, clinic, dr_chen):
    before = saved(clinic)
    for user in (dr_diaz.user, carla, alice):
        assert as_(user).get(page_of(clinic)).status_code == 404
        assert as_(user).post(page_of(clinic), typed()).status_code == 404
    assert client.get(page_of(clinic)).url == f"/cuenta/login/?next={page_of(clinic)}"
    absent = reverse("portal:hours", args=[uuid.uuid4()])
    assert as_(dr_chen.user).post(absent, typed()).status_code == 404
    assert as_(dr_chen.user).put(page_of(clinic)).status_code == 405
    assert saved(clinic) == before
