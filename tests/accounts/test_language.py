import pytest

pytestmark = pytest.mark.django_db


def test_language_switch_is_remembered_for_mails(as_, alice):
    answer = as_(alice).post("/idioma/", {"language": "en", "next": "/mis-citas/"})
    assert (answer.status_code, answer.url) == (302, "/mis-citas/")
    alice.refresh_from_db()
    assert alice.language == "en"


@pytest.mark.parametrize(
    "next_page", ["https://evil.test/", "//evil.test", "javascript:alert(1)", "x y"]
)
def test_language_switch_stays_on_the_site(client, next_page):
    answer = client.post("/idioma/", {"language": "en", "next": next_page})
    assert answer.status_code == 302
    assert answer.url.startswith(("/", "x"))
    assert not answer.url.startswith("//")


def test_language_switch_ignores_an_unknown_language(as_, alice):
    as_(alice).post("/idioma/", {"language": "xx"})
    alice.refresh_from_db()
    assert alice.language == "es"
