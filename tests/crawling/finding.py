"""Every form that somebody is shown: on the pages, and on what answers to a form sent as it is."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.db import transaction

from tests.crawling.forms import forms_of

FURTHEST = 4


@dataclass
class Browser:
    """A client that can go back to what it was: rows and cookies."""

    client: object

    def send(self, method, path, data=None, undone=True, **more):
        self.client.raise_request_exception = False
        cookies = self.client.cookies.copy()
        with transaction.atomic():
            answer = getattr(self.client, method)(path, data, **more)
            if undone:
                transaction.set_rollback(True)
        if undone:
            self.client.cookies = cookies
        return answer

    def look(self, path):
        """The page that is reached, and its address."""
        self.client.raise_request_exception = False
        answer = self.client.get(path)
        for _step in range(FURTHEST):
            if answer.status_code != 302 or urlsplit(answer.url).netloc not in ("", "testserver"):
                break
            path = answer.url
            answer = self.client.get(path)
        return answer, path


def html_of(answer):
    is_page = answer.get("Content-Type", "").startswith("text/html")
    if answer.streaming or not is_page or answer.status_code not in (200, 409, 422):
        return ""
    return answer.content.decode()


def find(browser, paths, wanted=lambda form: True):
    """The forms behind `paths`, each kind once, and after each what it leads to."""
    found, looked = {}, set()
    for path in paths:
        answer, reached = browser.look(path)
        if reached in looked:
            continue
        looked.add(reached)
        waiting = list(forms_of(html_of(answer), reached)) if html_of(answer) else []
        while waiting:
            form = waiting.pop(0)
            for one in [form, *acts_on_a_row(form)]:
                if one.key not in found and wanted(one):
                    found[one.key] = one
                    waiting += list(led_to(browser, one))
    return list(found.values())


def acts_on_a_row(form):
    """Each act of a list of the admin's, on its first row."""
    rows = form.choices.get("_selected_action", [])
    for act in form.choices.get("action", []) if rows else []:
        if act:
            chosen = {"action": [act], "_selected_action": rows[:1]}
            yield replace(form, fields={**form.fields, **chosen})


def led_to(browser, form):
    """The forms of the answers to one, sent as shown by each of its buttons."""
    if form.method == "get":
        return
    for press in form.presses():
        answer = browser.send("post", form.path, form.shown(press))
        html = html_of(answer)
        if html:
            yield from (one for one in forms_of(html, form.path) if one.method == "post")
