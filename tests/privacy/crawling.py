"""Every page that people of each kind are shown, and what of it leaves the page: its addresses, its
title, and what the browser fetches by itself.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.urls import reverse

from tests.matrix import addresses, admin_paths, same_browser

# Attributes whose value a browser asks somebody for, or that our scripts do.
ADDRESSES = {
    "href", "src", "srcset", "action", "formaction", "poster", "data", "cite", "background",
    "ping", "manifest", "imagesrcset", "data-hx-get", "data-hx-post", "data-hx-put",
    "data-hx-patch", "data-hx-delete", "data-hx-push-url", "data-hx-replace-url", "sse-connect",
}  # fmt: skip
# They open a telephone or a letter, and ask no server.
ELSEWHERE = ("tel:", "mailto:", "sms:")


@dataclass
class Page:
    who: str
    route: str
    title: str = ""
    # (element, attribute, value); without those that are for telephone and mail.
    found: list[tuple[str, str, str]] = field(default_factory=list)
    # What a form puts into the address of the next page.
    queries: list[str] = field(default_factory=list)
    # Links to others that tell them where one comes from.
    telling: list[str] = field(default_factory=list)
    # Content-Security-Policy: whom a browser may ask for what.
    policy: str = ""

    @property
    def all_addresses(self):
        return [value for _tag, _name, value in self.found] + self.queries


class _Reader(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.page, self.in_title, self.in_get = page, False, False

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.in_title = tag == "title" or self.in_title
        if tag == "form":
            self.in_get = given.get("method", "get").lower() == "get"
        if self.in_get and tag in ("input", "option"):
            self.page.queries.append(given.get("value", ""))
        for name, value in given.items():
            is_ours = name.startswith("data-db-") and re.match(r"/|https?:", value)
            is_said = tag == "meta" and name == "content" and re.match(r"\d+; ?url=|https?:", value)
            if (name in ADDRESSES or is_ours or is_said) and not value.startswith(ELSEWHERE):
                self.page.found.append((tag, name, value))
        is_silent = {"noreferrer", "noopener"} <= set(given.get("rel", "").split())
        if tag == "a" and not is_silent and re.match(r"(https?:)?//", given.get("href", "")):
            self.page.telling.append(given["href"])

    def handle_endtag(self, tag):
        if tag == "title":
            self.in_title = False
        if tag == "form":
            self.in_get = False

    def handle_data(self, data):
        if self.in_title:
            self.page.title += data


def read(who, route, answer):
    page = Page(who, route, policy=answer.get("Content-Security-Policy", ""))
    if answer.get("Location"):
        page.found.append(("header", "Location", answer["Location"]))
    for name in ("HX-Redirect", "HX-Location", "HX-Push-Url", "Link", "Refresh"):
        if answer.get(name):
            page.found.append(("header", name, answer[name]))
    if answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
        _Reader(page).feed(answer.content.decode())
    return page


def read_letter(html):
    """A mail's, the same way."""
    page = Page("", "letter")
    _Reader(page).feed(html)
    return page


def crawl(things, browsers, people, methods=("get", "fragment", "post")):
    """Everybody at every door, first to look; a fragment is what a script asks for."""
    for method in methods:
        for name, path in addresses(things):
            for who in people:
                client = browsers[who]
                if name == "account_logout":
                    client = same_browser(client)
                headers = {"HX-Request": "true"} if method == "fragment" else {}
                call = client.post if method == "post" else client.get
                yield read(who, name, call(path, headers=headers))
                if name == "account_logout" and method == "post" and who != "anonymous":
                    browsers[who].force_login(browsers[who].user)


def crawl_admin(browsers, who):
    for rest, path in admin_paths():
        if rest != "login":
            yield read(who, f"admin:{rest}", browsers[who].get(path))
    yield read(who, "admin:find", browsers[who].post(reverse("admin:find"), {"q": "Zutanita"}))
