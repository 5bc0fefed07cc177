"""The messages' part of the access table: anonymous, alice, bob, dr_chen, dr_diaz, erin, root."""

L, GO = "L", ">"
NO_POST = [405] * 7
ACCOUNT = [L, *[200] * 6]
ACCOUNT_NO_POST = [L, *[405] * 6]
ALICES = [L, 200, 404, 404, 404, 404, 404]

# route: (arguments, GET, POST without data)
MESSAGES = {
    # The visit is cancelled by then, in the order of this table.
    "appointments:attend": (("visit",), ACCOUNT_NO_POST, [L, GO, 404, 404, 404, 404, 404]),
    "notifications:inbox": ((), ACCOUNT, ACCOUNT_NO_POST),
    "notifications:read": ((), ACCOUNT_NO_POST, [L, *[GO] * 6]),
    "notifications:preferences": ((), ACCOUNT, [L, *[422] * 6]),
    "notifications:visit_messages": (("visit",), ALICES, ACCOUNT_NO_POST),
    "notifications:visit_resend": (
        ("visit", "message"),
        ACCOUNT_NO_POST,
        [L, GO, 404, 404, 404, 404, 404],
    ),
    # A link that we never signed is nobody's: tests/notifications/test_links.py has real ones.
    "notifications:link_attend": (("key",), [404] * 7, [404] * 7),
    "notifications:link_day": (("key",), [404] * 7, [404] * 7),
    "notifications:link_cancel": (("key",), [404] * 7, [404] * 7),
    "notifications:link_reschedule": (("key",), [404] * 7, NO_POST),
    "notifications:link_choose": (("key",), [404] * 7, [404] * 7),
    "notifications:link_move": (("key", "slot"), [404] * 7, [404] * 7),
    "notifications:unsubscribe": (("key",), [404] * 7, [404] * 7),
}
