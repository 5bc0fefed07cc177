"""The visits' part of the access table: anonymous, alice, bob, dr_chen, dr_diaz, erin, root."""

L, GO = "L", ">"
OK = [200] * 7
NO_POST = [405] * 7
ACCOUNT = [L, *[200] * 6]
ACCOUNT_NO_POST = [L, *[405] * 6]
ALICES = [L, 200, 404, 404, 404, 404, 404]

# route: (arguments, GET, POST without data)
APPOINTMENTS = {
    # A time held, moved or cancelled by the first is so for those after: the order matters.
    "appointments:hold": (("clinic", "slot"), OK, [GO, *[409] * 6]),
    "appointments:extend": (("clinic", "slot"), NO_POST, [GO] * 7),
    "appointments:details": (("clinic", "slot"), [L, *[GO] * 6], [L, *[422] * 6]),
    "appointments:review": (("clinic", "slot"), [L, *[GO] * 6], [L, *[GO] * 6]),
    "appointments:mine": ((), ACCOUNT, ACCOUNT_NO_POST),
    "appointments:appointment": (("visit",), ALICES, ACCOUNT_NO_POST),
    "appointments:reschedule": (("visit",), ALICES, ACCOUNT_NO_POST),
    "appointments:move": (("visit", "later"), ALICES, [L, GO, 404, 404, 404, 404, 404]),
    # Nobody has asked her for another time.
    "appointments:choose": (
        ("visit",),
        [L, GO, 404, 404, 404, 404, 404],
        [L, GO, 404, 404, 404, 404, 404],
    ),
    "appointments:cancel": (("visit",), ALICES, [L, GO, 404, 404, 404, 404, 404]),
    # Not of today: there is nothing to look at, and an empty form says nothing.
    "appointments:day": (("visit",), [L, GO, 404, 404, 404, 404, 404], ACCOUNT_NO_POST),
    "appointments:day_step": (("visit",), ACCOUNT_NO_POST, [L, 422, 404, 404, 404, 404, 404]),
    # tests/appointments/views/test_screens.py has real ones.
    **dict.fromkeys(
        ("appointments:screen", "appointments:screen_stream"), (("key",), [404] * 7, NO_POST)
    ),
    "appointments:series_cancel": (("serial",), ALICES, [L, 422, 404, 404, 404, 404, 404]),
    "appointments:calendar": (("visit",), ALICES, ACCOUNT_NO_POST),
    "appointments:receipt": (("visit", "line"), ALICES, ACCOUNT_NO_POST),
    "appointments:receipt_pdf": (("visit", "line"), ALICES, ACCOUNT_NO_POST),
    # The clinic takes no payment online: a sentence on the visit's page.
    "appointments:pay": (("visit",), ACCOUNT_NO_POST, [L, GO, 404, 404, 404, 404, 404]),
    # Unsigned, and not an address of ours.
    "appointments:payment_callback": ((), NO_POST, [400] * 7),
    "appointments:demo_checkout": (("key",), [404] * 7, [404] * 7),
    "appointments:feed": (("key",), [404] * 7, NO_POST),
    "appointments:calendar_feed": ((), ACCOUNT, [L, *[422] * 6]),
}
