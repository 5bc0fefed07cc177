"""Every bad submission of a form, and what is wrong with its answer."""

import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.db import transaction

from tests.crawling.bad import submissions
from tests.crawling.good import good_of
from tests.crawling.rows import changed, digests, watched
from tests.test_hostile import SCRIPT, SLOWEST, show

FINE = {
    "get": (200, 302, 400, 403, 404, 405, 422),
    "post": (200, 204, 302, 400, 403, 404, 405, 409, 413, 422),
}
OUR_HOSTS = ("", "testserver")
# A record is shown again with the form that was refused: that it was read is written down.
READ = {"records_accesslog"}
# So is a wrong password or code.
ASKS_WHO = ("mfa_authenticate", "mfa_reauthenticate", "account_reauthenticate")


@dataclass
class Report:
    wrong: set = field(default_factory=set)
    forms: Counter = field(default_factory=Counter)
    parameters: Counter = field(default_factory=Counter)
    accepted: set = field(default_factory=set)  # forms that are, as long as nothing in them is bad

    @property
    def routes(self):
        return {key[1] for key in self.forms}


def assault(browser, forms, report=None, of=submissions):
    """Each form, from the same rows and the same session each time."""
    report, before = report or Report(), digests()
    for form in forms:
        good, is_good = form.shown(), False
        if form.method == "post" and of is submissions:
            good, is_good = good_of(browser, form, before)
        report.accepted.update([form.key] if is_good else [])
        for name, data in of(form, good):
            said = knock(browser.client, form, data, before)
            report.wrong.update((form.method, form.route, name, what) for what in said)
            report.forms[form.key] += 1
            report.parameters[form.key, name] += 1
    return report


def knock(client, form, data, before):
    client.raise_request_exception = False
    cookies = client.cookies.copy()
    with transaction.atomic(), watched() as watch:
        began = time.process_time()
        answer = getattr(client, form.method)(form.path, data)
        took = time.process_time() - began
        said = [*wrong_with(answer, form.method), *(["slow"] if took > SLOWEST else [])]
        if 400 <= answer.status_code < 500:
            kept = {*READ, *(["accounts_auditentry"] if form.route in ASKS_WHO else [])}
            after = [name for name in changed(before, watch) if name not in kept]
            said += [f"{answer.status_code} changed {name}" for name in after]
        if answer.status_code == 302 and SCRIPT in str(data):
            said += follow(client, answer.url)
        transaction.set_rollback(True)
    client.cookies = cookies
    return said


def wrong_with(answer, method):
    if answer.status_code not in FINE[method]:
        error = getattr(answer, "exc_info", None)
        yield f"{answer.status_code} {error[1]!r:.160}" if error else str(answer.status_code)
    if "X-Planted" in answer.headers:
        yield "header"
    if answer.status_code == 302:
        if urlsplit(answer.url).netloc not in OUR_HOSTS or answer.url.startswith(("//", "/\\")):
            yield f"leads to {answer.url:.60}"
    elif not answer.streaming:
        yield from unescaped(answer)


def unescaped(answer):
    try:
        show(answer)
    except AssertionError as error:
        yield f"unescaped: {error!s:.60}"


def follow(client, address):
    """What was typed is text on the next page, too."""
    page = client.get(address)
    return [] if page.streaming else list(unescaped(page))
