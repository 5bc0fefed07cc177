"""Strange paths, queries, bodies, cookies and headers: a plain page or a 4xx, never a 5xx."""

import pytest
from django.test import Client

from tests.accounts.views.test_profile import GOOD as PROFILE
from tests.test_hostile import SCRIPT, rows, show

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

UUIDS = ["0", "null", "None", "x" * 36, "0" * 32, "%00", "../x", "a" * 5000, "1 OR 1=1", "🙂"]


@pytest.mark.parametrize("value", UUIDS)
def test_tampered_uuids_are_404(frozen, as_, alice, value):
    client = as_(alice)
    for path in (
        "/citas/{}/",
        "/citas/{}/cancelar/",
        "/citas/{}/calendario.ics",
        "/agenda/citas/{}/",
        "/cuenta/personas/{}/",
        "/agenda/calendario/{}/quitar/",
        "/reservar/{}/20261124T150000Z/",
        "/reservar/{}/20261124T150000Z/revisar/",
    ):
        for method in (client.get, client.post):
            assert method(path.format(value)).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/medicos/%FF%FE/", "/%C0%AE%C0%AE/", "/medicos/ana%00/", "/%00", "/buscar/%ED%A0%80", "/%",
     "/buscar//", "/.env", "/cuenta/%2e%2e/admin/", "/" + "a" * 8000, "/;/", "/\\x",
     "/static/../settings.py", "/static/%2e%2e/manage.py"],
)  # fmt: skip
def test_strange_paths_are_404(client, path):
    answer = client.get(path)
    assert answer.status_code in (301, 404)
    if answer.status_code == 301:
        assert not answer.url.startswith("//")
    assert client.post(path).status_code in (301, 404)


@pytest.mark.parametrize(
    "query", ["q=%FF%FE", "q=%ED%A0%80", "%FF=%FE", "q=%", "&&&==&", "q=%C3%28"]
)
def test_broken_utf8_in_a_query_is_a_plain_page(client, query):
    for path in ("/", "/buscar/", "/cuenta/login/"):
        assert client.get(f"{path}?{query}").status_code in (200, 400)


@pytest.mark.parametrize("query", ["q=%00", "%00=x", "pagina=1%00", "next=/%00"])
def test_nul_in_a_query_is_400(client, as_, alice, query):
    assert client.get(f"/buscar/?{query}").status_code == 400
    answer = as_(alice).get(f"/mis-citas/?{query}")
    assert answer.status_code == 400
    assert "No entendimos lo que envió su navegador" in answer.content.decode()


@pytest.mark.parametrize("token", [*UUIDS, "a.b", "." * 50, f"{'0' * 32}.x", "é"])
def test_tampered_feeds_are_404(client, token):
    expected = 400 if token == "%00" else 404
    assert client.get(f"/calendario/{token}.ics").status_code == expected


BODIES = {
    "broken utf-8": (b"login=%ff%fe&password=%c3%28", "application/x-www-form-urlencoded"),
    "raw bytes": (bytes(range(256)) * 4, "application/x-www-form-urlencoded"),
    "json": (b'{"login": {"$gt": ""}, "password": ["x"]}', "application/json"),
    "xml": (b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>', "text/xml"),
    "multipart without boundary": (b"--x\r\n", "multipart/form-data"),
    "multipart cut short": (
        b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\nabc',
        "multipart/form-data; boundary=x",
    ),
    "unknown charset": (b"login=x", "application/x-www-form-urlencoded; charset=klingon"),
    "utf-7": (b"login=+ADw-script+AD4-", "application/x-www-form-urlencoded; charset=utf-7"),
    "no type": (b"login=x", ""),
}


@pytest.mark.parametrize(("body", "kind"), BODIES.values(), ids=BODIES)
def test_strange_bodies_are_refused(as_, alice, body, kind):
    for client, path in (
        (Client(), "/cuenta/login/"),
        (Client(), "/cuenta/signup/"),
        (as_(alice), "/cuenta/perfil/"),
    ):
        before = rows()
        answer = client.generic("POST", path, body, content_type=kind)
        assert answer.status_code in (400, 413, 415, 422)
        assert rows() == before


def test_files_in_the_place_of_words_are_refused(as_, alice, tmp_path):
    paper = tmp_path / "a.svg"
    paper.write_text("<svg onload=alert(1)>")
    with paper.open("rb") as file:
        answer = as_(alice).post("/cuenta/perfil/", {**PROFILE, "first_names": file})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "path", ["/cuenta/login/", "/cuenta/signup/", "/cuenta/perfil/", "/idioma/"]
)
def test_two_thousand_parameters_are_400(as_, alice, path):
    many = {f"p{n}": "x" for n in range(2000)}
    answer = as_(alice).post(path, many)
    assert answer.status_code in (302, 400)  # 302: somebody logged in needs no log-in
    if path != "/cuenta/perfil/":
        answer = Client().post(path, many)
        assert answer.status_code == 400
        assert "No entendimos lo que envió su navegador" in answer.content.decode()
    assert Client().get("/buscar/", many).status_code == 400


def test_a_body_of_megabytes_is_refused(client):
    answer = client.post("/cuenta/login/", {"login": "a" * 2_000_000, "password": "x"})
    assert answer.status_code in (400, 413, 422)


COOKIES = [
    "\\000abcdefghijklm",
    "a" * 4000,
    "'; DROP TABLE x; --",
    "../../x",
    "\xf0\x9f\x99\x82",
    "",
    "null",
    "\\377\\376",
]


@pytest.mark.parametrize("value", COOKIES)
@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "django_language", "messages"])
def test_strange_cookies_are_passed_over(name, value):
    client = Client()
    header = f'{name}="{value}"'
    for path, status in (
        ("/", 200),
        ("/mis-citas/", 302),
        ("/no-hay/", 404),
        ("/buscar/?q=%00", 400),
    ):
        assert client.get(path, headers={"Cookie": header}).status_code == status
    answer = client.post("/cuenta/login/", {"login": "x"}, headers={"Cookie": header})
    assert answer.status_code == 422


HEADERS = [
    {"Accept-Language": "x" * 3000},
    {"Accept-Language": "\x00,;q=🙂"},
    {"Accept-Language": "es;q=9e99"},
    {"X-Forwarded-For": SCRIPT},
    {"X-Forwarded-For": "1.2.3.4, " * 500},
    {"User-Agent": SCRIPT * 50},
    {"Referer": "http://[::1"},
    {"Origin": "null"},
    {"HX-Request": "true", "HX-Current-URL": "%ff"},
    {"HX-Current-URL": "http://[::1", "HX-Request": "true"},
    {"X-Request-ID": "a\x1b[31m" + "b" * 5000},
    {"X-Requested-With": "XMLHttpRequest"},
    {"Accept": "application/json"},
    {"Range": "bytes=0-99999"},
    {"If-Modified-Since": "ayer"},
    {"Content-Length": "-5"},
    {"X-HTTP-Method-Override": "DELETE"},
]


@pytest.mark.parametrize("headers", HEADERS, ids=lambda h: next(iter(h)))
def test_strange_headers_are_passed_over(frozen, clinic, headers):
    client = Client()
    for path in ("/", "/buscar/", "/medicos/ana-molina-paz/horarios/", "/cuenta/login/"):
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200
        show(answer)
    assert client.post("/cuenta/login/", {"login": "x"}, headers=headers).status_code < 500


@pytest.mark.parametrize(
    "host", ["malo.test", "testserver:99999", "", "a" * 300, "testserver\\@malo"]
)
def test_strange_hosts_are_refused(host):
    answer = Client().get("/", headers={"Host": host})
    assert answer.status_code in (200, 400)
    assert "malo" not in answer.content.decode()
