"""The privacy pages' part of the access table, x the people of tests/matrix.py."""

L, GO = "L", ">"
OK = [200] * 7
NO_POST = [405] * 7
ACCOUNT = [L, *[200] * 6]
ACCOUNT_NO_POST = [L, *[405] * 6]

# route: (arguments, GET, POST without data)
PRIVACY = {
    **dict.fromkeys(
        ("terms", "privacy_notice", "health_consent", "doctor_terms"), ((), OK, NO_POST)
    ),
    # There is no such text: tests/privacy/test_texts.py has real ones.
    "legal_version": (("specialty", "number"), [404] * 7, NO_POST),
    "privacy:mine": ((), ACCOUNT, ACCOUNT_NO_POST),
    # Nobody has said their password lately.
    "privacy:export": ((), ACCOUNT_NO_POST, [L, *[GO] * 6]),
    "privacy:download": (("export",), [L, GO, *[404] * 5], ACCOUNT_NO_POST),
    # Nobody has said their password lately.
    "privacy:close": ((), [L, *[GO] * 6], [L, *[GO] * 6]),
    "privacy:close_undo": ((), ACCOUNT_NO_POST, [L, *[GO] * 6]),
    "privacy:withdraw": ((), ACCOUNT_NO_POST, [L, *[GO] * 6]),
}
