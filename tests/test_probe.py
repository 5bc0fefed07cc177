"""The containers' health check, against a server of three lines."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from doctobooking.probe import is_well


@pytest.fixture
def site():
    class Handler(BaseHTTPRequestHandler):
        seen: dict = {}
        status, body = 200, b"ok"

        def do_GET(self):
            type(self).seen = dict(self.headers)
            self.send_response(self.status)
            self.end_headers()
            self.wfile.write(self.body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Handler.address = f"http://127.0.0.1:{server.server_port}/readyz"
    yield Handler
    server.shutdown()
    server.server_close()


def test_asks_as_the_proxy_would(site, monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "citas.example.org,other.example.org")
    assert is_well(site.address)
    assert site.seen["Host"] == "citas.example.org"
    assert site.seen["X-Forwarded-Proto"] == "https"


def test_redirect_or_error_is_not_well(site):
    site.status = 503
    assert not is_well(site.address)


@pytest.mark.parametrize(
    ("body", "well"),
    [(b'{"beat": {"ok": true}}', True), (b'{"beat": {"ok": false}}', False), (b"<html>", False)],
)
def test_named_part_has_to_be_well(site, body, well):
    site.body = body
    assert is_well(site.address, "beat") is well


def test_nobody_there_is_not_well():
    assert not is_well("http://127.0.0.1:1/healthz")
