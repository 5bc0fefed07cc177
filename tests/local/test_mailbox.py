import pytest
from django.core.mail import EmailMessage, get_connection


@pytest.fixture
def mail(settings, tmp_path):
    settings.MAIL_PREVIEW_ROOT = tmp_path
    backend = get_connection("django_mail_preview.backends.EmailBackend")
    backend.send_messages([EmailMessage("Su cita", "Hola", "a@demo.test", ["b@demo.test"])])


@pytest.mark.django_db
def test_mail_is_shown_without_a_log_in(client, mail):
    response = client.get("/correo-local/", REMOTE_ADDR="127.0.0.1")
    assert response.status_code == 200
    assert "Su cita" in response.content.decode()


@pytest.mark.django_db
def test_other_machines_get_nothing(client, mail):
    assert client.get("/correo-local/", REMOTE_ADDR="192.0.2.7").status_code == 404
