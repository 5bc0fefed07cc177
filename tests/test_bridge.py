"""WSGI pages behind an ASGI server: what goes in arrives, what comes out is whole."""

import asyncio
import hashlib
import threading

import pytest

from doctobooking.bridge import LARGEST_BODY, Bridge, Gone, TooLarge, environ_of

SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/buscar/ñ",
    "raw_path": b"/buscar/%C3%B1",
    "query_string": b"q=caf%C3%A9",
    "http_version": "1.1",
    "scheme": "https",
    "server": ("127.0.0.1", 8000),
    "client": ("203.0.113.9", 5000),
    "headers": [(b"host", b"citas.test"), (b"cookie", b"a=1"), (b"cookie", b"b=2")],
}


def scope(**changes):
    return {**SCOPE, **changes}


def with_body(*pieces, method="POST"):
    headers = [*SCOPE["headers"], (b"transfer-encoding", b"chunked")]
    return scope(method=method, headers=headers), list(pieces)


def ask(application, scope=SCOPE, pieces=()):
    """The messages that the server is given for one request."""
    sent = []
    parts = [
        {"type": "http.request", "body": piece, "more_body": n + 1 < len(pieces)}
        for n, piece in enumerate(pieces)
    ] or [{"type": "http.request"}]

    async def receive():
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    async def go():
        bridge = Bridge(application, threads=2)
        answer = await bridge.ask(scope, receive)
        await bridge.give(answer, scope, send)
        bridge.threads.shutdown()

    asyncio.run(go())
    return sent


def page(body, status="200 OK", headers=(), seen=None):
    def application(environ, start_response):
        if seen is not None:
            seen.update(environ, body=environ["wsgi.input"].read())
        start_response(status, list(headers))
        return body

    return application


class Long:
    """A response in many pieces that wants to be closed."""

    def __init__(self, pieces):
        self.pieces, self.closed_in = pieces, []

    def __iter__(self):
        yield from self.pieces

    def close(self):
        self.closed_in.append(threading.current_thread().name)


def test_environ_is_as_a_wsgi_server_makes_it():
    seen = {}
    ask(page([b""], seen=seen))
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/buscar/ñ"
    assert seen["QUERY_STRING"] == "q=caf%C3%A9"
    assert seen["HTTP_HOST"] == "citas.test"
    assert seen["HTTP_COOKIE"] == "a=1; b=2"
    assert seen["REMOTE_ADDR"] == "203.0.113.9"
    assert seen["wsgi.url_scheme"] == "https"
    assert (seen["SERVER_NAME"], seen["SERVER_PORT"]) == ("127.0.0.1", "8000")
    assert seen["CONTENT_LENGTH"] == "0"


def test_header_with_an_underscore_is_nobodys():
    """X_Forwarded_For would pass for the header that only the proxy may set."""
    headers = [(b"x_forwarded_for", b"10.0.0.1"), (b"x-forwarded-for", b"203.0.113.9")]
    environ = environ_of(scope(headers=headers), None, 0)
    assert environ["HTTP_X_FORWARDED_FOR"] == "203.0.113.9"


def test_path_that_is_no_utf8_arrives_as_it_is():
    environ = environ_of(scope(raw_path=b"/%ff%00", path="/?"), None, 0)
    assert environ["PATH_INFO"] == "/\xff\x00"


def test_body_arrives_whole_and_with_its_length():
    seen = {}
    pieces = [bytes([n]) * 700_000 for n in range(4)]
    ask(page([b""], seen=seen), *with_body(*pieces))
    assert hashlib.sha256(seen["body"]).digest() == hashlib.sha256(b"".join(pieces)).digest()
    assert seen["CONTENT_LENGTH"] == "2800000"


def test_body_that_is_too_large_is_refused():
    with pytest.raises(TooLarge):
        ask(page([b""]), *with_body(b"x" * LARGEST_BODY, b"x"))


def test_client_that_leaves_before_its_body_is_there_is_not_answered():
    calls = []

    async def receive():
        return {"type": "http.disconnect"}

    request, _pieces = with_body(b"")
    bridge = Bridge(lambda *_: calls.append(1), threads=1)
    with pytest.raises(Gone):
        asyncio.run(bridge.ask(request, receive))
    assert calls == []


def test_short_answer_is_sent_in_one_piece_and_closed_by_its_thread():
    body = Long([b"uno ", b"dos"])
    start, whole = ask(page(body, "404 Not Found", [("X-One", "1")]))
    assert start == {"type": "http.response.start", "status": 404, "headers": [(b"x-one", b"1")]}
    assert whole == {"type": "http.response.body", "body": b"uno dos", "more_body": False}
    assert [name.startswith("page") for name in body.closed_in] == [True]


def test_long_answer_comes_in_pieces_and_whole():
    pieces = [bytes([n]) * 100_000 for n in range(9)]
    body = Long(pieces)
    _start, *parts = ask(page(body))
    assert len(parts) > 1
    assert b"".join(part["body"] for part in parts) == b"".join(pieces)
    assert [part["more_body"] for part in parts] == [True] * (len(parts) - 1) + [False]
    assert len(body.closed_in) == 1


def test_head_has_no_body():
    body = Long([b"x" * 900_000, b"y"])
    _start, whole = ask(page(body), scope(method="HEAD"))
    assert whole == {"type": "http.response.body", "body": b"", "more_body": False}
    assert len(body.closed_in) == 1
