"""Bad submissions of a form: at least ninety of each, and ten of each of its parameters."""

import re
from itertools import cycle, islice

from tests.test_hostile import SCRIPT, VALUES

OF_A_FORM, OF_A_PARAMETER = 90, 10
BAD = {
    **VALUES,
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "no day": "2026-13-45",
    "first instant": "00010101T000000Z",
    "last instant": "99991231T235959Z",
    "no instant": "20261345T990000Z",
    "clock": "25:61",
    "elsewhere": "https://evil.test/x",
    "no scheme": "//evil.test/x",
    "backslashes": "/\\evil.test/x",
    "tab in a scheme": "java\tscript:alert(1)",
    "host of three": "http://[::1",
    "header": "x\r\nX-Planted: x7q",
    "encoded header": "%0d%0aX-Planted:%20x7q",
    "object": '{"$gt": ""}',
    "deep": "[" * 3000,
    "no number": "NaN",
    "fraction": "1.5",
    "comma": "1,5",
    "zero": "0",
    "true": "true",
    "two to the 63rd": "9223372036854775808",
    "two to the 31st": "2147483648",
    "address": "a@b@c",
    "line separators": "a\u2028b\u2029c\x85d",
    "half of a pair": "a\ufffe\uffffb",
}
TIMELY = re.compile(
    r"da[yt]e?|clock|time|from|until|since|start|end|year|month|valid|pick|fecha|hora|desde|hasta"
)
# What no form asks for; some pages look at `next` and `volver`.
EXTRA = ("next", "volver", "id", "user", "account", "status", "is_staff")


def everywhere(names, step=1):
    """The same in all fields."""
    return [dict.fromkeys(names, value) for value in list(BAD.values())[::step]]


def strange(good, name):
    """Nothing, several, and names that only look like this one."""
    rest = {other: value for other, value in good.items() if other != name}
    value = good.get(name) or [""]
    return [
        rest,
        {**good, name: [*value, "x", SCRIPT]},
        {**rest, f"{name}[]": value, f"{name}[0]": value, f"{name}.x": value, f"{name}__in": "1"},
    ]


def singly(good, name, start, count):
    """`count` values in one field: the calendar's ends where it may hold a time; which they are
    begins elsewhere for each of the others.
    """
    start = list(BAD).index("first day") if TIMELY.search(name) else start
    values = islice(cycle(BAD.values()), start, start + count)
    return [{**good, name: value} for value in values]


def submissions(form, good):
    """(parameter or "", data) of each; one bad field stands beside others that are good."""
    kinds = form.kinds
    made = [("", {}), *(("", data) for data in everywhere([*form.names, *EXTRA], 2))]
    count = OF_A_PARAMETER - len(strange(good, ""))
    for number, name in enumerate(kinds):
        bad = [*strange(good, name), *singly(good, name, number * count, count)]
        made += [(name, data) for data in bad]
    more = (
        (name, data)
        for number, name in enumerate([*kinds, *EXTRA])
        for data in singly(good, name, number * count + count, len(BAD))
    )
    return made + list(islice(more, max(0, OF_A_FORM - len(made))))


def fewer(form, good):
    """For who comes after somebody with the same form, and where nothing is read."""
    return [("", data) for data in everywhere([*form.names, *EXTRA], 4)]


def of_an_address(form, good):
    """A form that only looks something up."""
    return [("", data) for data in everywhere(form.names)]
