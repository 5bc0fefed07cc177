"""A client that looks at every page it gets: no inline script, style or handler, no stray tags."""

import re
from contextlib import suppress

from django.db import OperationalError
from django.test import Client

from appointments.services.indexing import renew_due
from core.clock import current_time

INLINE = [
    (re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/)[^>]*>", re.I), "a bare <script>"),
    (re.compile(r"<[^>]+\son[a-z]+\s*=", re.I), "an inline handler"),
    (re.compile(r"<[^>]+\sstyle\s*=", re.I), "an inline style"),
    (re.compile(r"\{\{|\{%"), "a stray template tag"),
]


# What is chosen and ordered by the search index.
BY_INDEX = re.compile(r"/buscar/|/medicos/especialidad/")


class StrictClient(Client):
    def request(self, **request):  # type: ignore[no-untyped-def]
        if BY_INDEX.match(request["PATH_INFO"]):
            with suppress(OperationalError):  # some tests take the database away
                renew_due(clock=current_time)  # as the task would have by now
        response = super().request(**request)
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            html = response.content.decode()
            for pattern, what in INLINE:
                found = pattern.search(html)
                assert not found, f"{request['PATH_INFO']}: {what}: {found.group(0)[:120]}"
        return response
