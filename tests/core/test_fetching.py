"""Addresses of strangers: read within limits, and never inside of our own house."""

import gzip
import socket
import time

import pytest

from core.fetching import Failure, Fetched, FetchFailed, fetch
from tests.core.web import a_web, certificate

pytestmark = pytest.mark.thorough

MOST = 100_000


@pytest.fixture
def web():
    with a_web() as found:
        yield found


def get(address, *, allow_loopback=True, seconds=3, **known):
    return fetch(
        address, seconds=seconds, most_bytes=MOST, allow_loopback=allow_loopback, **known
    )  # fmt: skip


def failure_of(address, **how):
    with pytest.raises(FetchFailed) as refused:
        get(address, **how)
    return refused.value.failure


def test_body_and_what_to_ask_with_next_time(web):
    address = web.serve("/a", body=b"hola", ETag='"7"', Last_Modified="ayer")
    assert get(address) == Fetched(b"hola", '"7"', "ayer")
    _path, headers = web.asked[0]
    assert headers["Accept-Encoding"] == "gzip"
    assert headers.keys().isdisjoint({"If-None-Match", "If-Modified-Since", "Authorization"})


def test_unchanged_is_told_by_the_server(web):
    address = web.serve("/a", status=304)
    assert get(address, etag='"7"', last_modified="ayer").body is None
    _path, headers = web.asked[0]
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"7"', "ayer")
    assert failure_of(address) == Failure.REFUSED  # nobody asked whether it is unchanged


@pytest.mark.parametrize(
    ("status", "failure"),
    [(401, "denied"), (403, "denied"), (404, "missing"), (410, "missing"), (204, "refused"),
     (300, "refused"), (500, "refused"), (503, "refused"), (429, "refused")],
)  # fmt: skip
def test_answers_that_are_none(web, status, failure):
    assert failure_of(web.serve("/a", status=status)) == failure


PRIVATE = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://localhost/", "http://0.0.0.0/", "http://[::1]/", "http://[::]/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:a00:1]/", "http://10.0.0.1/",
    "http://172.16.9.9/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/", "http://[fe80::1]/", "http://[fd00::1]/", "http://[64:ff9b::a00:1]/",
    "http://[2002:a00:1::]/", "http://224.0.0.1/", "http://255.255.255.255/",
    "https://127.0.0.1/", "https://[::1]:8443/",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_places_are_not_asked(address):
    assert failure_of(address, allow_loopback=False) == Failure.NOT_PUBLIC


def test_our_own_server_is_not_asked(web):
    assert failure_of(web.serve("/a"), allow_loopback=False) == Failure.NOT_PUBLIC
    assert web.asked == []


@pytest.mark.parametrize("target", ["http://10.0.0.1/", "http://169.254.169.254/", "//[::1]/x"])
def test_redirects_into_the_house_are_not_followed(web, target):
    address = web.serve("/a", status=302, Location=target)
    expected = Failure.UNREACHABLE if "::1" in target else Failure.NOT_PUBLIC
    assert failure_of(address) == expected


def test_three_redirects_are_followed_and_a_fourth_is_not(web):
    web.serve("/0", body=b"hola")
    for n in range(1, 5):
        web.serve(f"/{n}", status=302, Location=f"/{n - 1}")
    assert get(web.url("/3")).body == b"hola"
    assert failure_of(web.url("/4")) == Failure.REDIRECTS
    assert failure_of(web.serve("/x", status=301, Location="/x")) == Failure.REDIRECTS


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://ejemplo.test/", "javascript:alert(1)", "x:"]
)
def test_other_schemes_are_refused_also_behind_a_redirect(web, target):
    assert failure_of(target) == Failure.REFUSED
    assert failure_of(web.serve("/a", status=302, Location=target)) == Failure.REFUSED


@pytest.mark.parametrize(
    "address",
    ["http://no-hay.invalid/", "http://ejemplo.test:99999/", "http://[::1/", "http://a b/",
     "http://" + "a" * 300 + ".test/", "http://127.0.0.1:1/", "http://*.test/"],
)  # fmt: skip
def test_addresses_that_lead_nowhere(address):
    assert failure_of(address) in (Failure.UNREACHABLE, Failure.REFUSED)


def test_packed_bodies_are_unpacked(web):
    packed = gzip.compress(b"hola" * 1000)
    assert get(web.serve("/a", body=packed, Content_Encoding="gzip")).body == b"hola" * 1000
    assert failure_of(web.serve("/b", body=b"x", Content_Encoding="gzip")) == Failure.REFUSED
    assert failure_of(web.serve("/c", body=packed, Content_Encoding="br")) == Failure.REFUSED
    assert failure_of(web.serve("/d", body=packed[:-9], Content_Encoding="gzip")) == "refused"


def test_too_much_is_too_much_packed_or_not(web):
    assert get(web.serve("/a", body=b"x" * MOST)).body == b"x" * MOST
    assert failure_of(web.serve("/b", body=b"x" * (MOST + 1))) == Failure.TOO_BIG
    bomb = gzip.compress(b"x" * 50_000_000)
    assert failure_of(web.serve("/c", body=bomb, Content_Encoding="gzip")) == Failure.TOO_BIG


def drip(piece, before=b""):
    """One piece now and then, for ever: no single wait is long."""

    def answer(handler):
        handler.close_connection = True
        try:
            handler.wfile.write(before)
            while True:
                handler.wfile.write(piece)
                handler.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    return answer


@pytest.mark.parametrize(
    "answer",
    [drip(b"x", b"HTTP/1.1 200 OK\r\n\r\n"), drip(b"X-A: b\r\n", b"HTTP/1.1 200 OK\r\n"),
     drip(b"h"), drip(b"1\r\nx\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")],
    ids=["body", "headers", "status", "chunks"],
)  # fmt: skip
def test_slow_drips_end_in_time(web, answer):
    web.answers["/a"] = answer
    began = time.monotonic()
    assert failure_of(web.url("/a"), seconds=1) in (Failure.TOO_SLOW, Failure.UNREACHABLE)
    assert time.monotonic() - began < 2.5


def test_a_server_that_says_nothing():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert failure_of(f"http://127.0.0.1:{port}/", seconds=1) == Failure.TOO_SLOW


def test_half_an_answer_is_none(web):
    def answer(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhola")
        handler.close_connection = True

    web.answers["/a"] = answer
    assert failure_of(web.url("/a")) == Failure.UNREACHABLE


def test_proxies_and_password_files_of_this_machine_are_not_used(web, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert get(web.serve("/a", body=b"hola")).body == b"hola"
    assert "Authorization" not in web.asked[0][1]


@pytest.mark.parametrize(
    ("host", "is_trusted", "asked", "gets_in"),
    [("localhost", True, "localhost", True), ("localhost", False, "localhost", False),
     ("otra.test", True, "localhost", False), ("localhost", True, "127.0.0.1", False)],
    ids=["fits", "nobody vouches", "of another", "of the name only"],
)  # fmt: skip
def test_certificates_are_of_the_name_although_the_address_is_pinned(
    tmp_path, monkeypatch, host, is_trusted, asked, gets_in
):
    paths = certificate(tmp_path, host)
    if is_trusted:
        monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(paths[0]))
    with a_web(tls=paths) as web:
        web.serve("/a", body=b"hola")
        web.serve("/b", status=302, Location=f"http://localhost:{web.port}/a")
        address = f"https://{asked}:{web.port}"
        if gets_in:
            assert get(f"{address}/a").body == b"hola"
            assert failure_of(f"{address}/b") == Failure.REFUSED  # never from there into the open
        else:
            assert failure_of(f"{address}/a") == Failure.UNREACHABLE
            assert web.asked == []
