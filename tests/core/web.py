"""A real server on this machine that answers as a test says; what it was asked is kept."""

import threading
from collections.abc import Callable
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Web:
    """`answers`: path -> (status, headers, body), or a function of the handler."""

    def __init__(self, port):
        self.port = port
        self.answers = {}
        self.asked = []

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"

    def serve(self, path, status=200, body=b"", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, named, body)
        return self.url(path)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    web: Web

    def do_GET(self):
        self.web.asked.append((self.path, dict(self.headers)))
        answer = self.web.answers.get(self.path, (404, {}, b""))
        if isinstance(answer, Callable):
            answer(self)
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def a_web():
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {}))
    server.daemon_threads = True
    server.RequestHandlerClass.web = web = Web(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
