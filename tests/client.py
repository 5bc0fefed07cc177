"""A client that looks at every page it gets: no inline script, style or handler, no stray tags."""

import re

from django.test import Client

INLINE = [
    (re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/)[^>]*>", re.I), "a bare <script>"),
    (re.compile(r"<[^>]+\son[a-z]+\s*=", re.I), "an inline handler"),
    (re.compile(r"<[^>]+\sstyle\s*=", re.I), "an inline style"),
    (re.compile(r"\{\{|\{%"), "a stray template tag"),
]


class StrictClient(Client):
    def request(self, **request):
        response = super().request(**request)
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            html = response.content.decode()
            for pattern, what in INLINE:
                found = pattern.search(html)
                assert not found, f"{request['PATH_INFO']}: {what}: {found.group(0)[:120]}"
        return response
