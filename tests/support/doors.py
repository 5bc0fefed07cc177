"""The help desk's part of the access table: who may knock, in the order of tests/matrix.py.

A question of Alicia's, and one of Rosa's, who has no account.
"""

L, GO = "L", ">"
OK = [200] * 7
NO_POST = [405] * 7
ALICES = [L, 200, 404, 404, 404, 404, 404]
DESK = [L, 404, 404, 200, 200, 404, 404, 200]

# route: (arguments, GET, POST without data)
SUPPORT = {
    "help": ((), OK, NO_POST),
    "questions": ((), [GO] * 7, NO_POST),
    "support:article": (("article",), OK, NO_POST),
    "support:article_mark": (("article",), NO_POST, [422] * 7),
    "support:contact": ((), OK, [422] * 7),
    "support:sent": ((), [GO] * 7, NO_POST),
    "support:tickets": ((), [L, *[200] * 6], [L, *[405] * 6]),
    "support:ticket": (("ticket",), ALICES, [L, 422, 404, 404, 404, 404, 404]),
    "support:ticket_file": (("ticket", "ticket_file"), ALICES, [L, *[405] * 6]),
    # Whoever has the link.
    "support:link": (("token",), OK, [422] * 7),
    "support:inbound": ((), NO_POST, [404] * 7),  # no provider, unless there is a secret
    "support:link_file": (("token", "link_file"), OK, NO_POST),
    "portal:tickets": ((), DESK, [L, 404, 404, 405, 405, 404, 404, 405]),
    "portal:ticket": (("ticket",), [L, *[404] * 7], [L, *[404] * 7]),
}
