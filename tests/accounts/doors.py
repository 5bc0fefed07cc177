"""Pages of accounts, x the people of tests/matrix.py."""

L, GO = "L", ">"
OK = [200] * 7
NO_POST = [405] * 7
ACCOUNT = [L, *[200] * 6]
ACCOUNT_NO_POST = [L, *[405] * 6]
ALICES = [L, 200, 404, 404, 404, 404, 404]
INSIDE = [200, *[GO] * 6]  # pages that somebody logged in has no use for

ACCOUNTS = {
    "accounts:profile": ((), ACCOUNT, [L, *[422] * 6]),
    **dict.fromkeys(("accounts:dependants", "accounts:activity"), ((), ACCOUNT, ACCOUNT_NO_POST)),
    "accounts:add_dependant": ((), ACCOUNT, [L, *[422] * 6]),
    "accounts:dependant": (("child",), ALICES, [L, 422, 404, 404, 404, 404, 404]),
    "accounts:sessions": ((), ACCOUNT, ACCOUNT_NO_POST),
    "accounts:sessions_end": ((), ACCOUNT_NO_POST, [L, *[GO] * 6]),
    "accounts:stay": ((), ACCOUNT_NO_POST, [L, *[204] * 6]),
    "accounts:view_end": (
        (),
        [L, 404, 404, 404, 404, 405, 405, 404],
        [L, 404, 404, 404, 404, GO, GO, 404],
    ),
    # The password is asked again first, also of who has no such key.
    "accounts:passkey_remove": (("number",), [L, *[GO] * 6], [L, *[GO] * 6]),
    "mfa_index": ((), ACCOUNT, ACCOUNT_NO_POST),
    **dict.fromkeys(("mfa_authenticate", "mfa_login_webauthn"), ((), [GO] * 7, [GO] * 7)),
    "mfa_reauthenticate": ((), [L, *[GO] * 6], [L, *[GO] * 6]),
    "mfa_reauthenticate_webauthn": ((), [L, *[GO] * 6], [L, *[GO] * 6]),
    "mfa_activate_totp": ((), [L, *[GO] * 6], [L, *[GO] * 6]),
    "mfa_deactivate_totp": ((), [L, *[404] * 6], [L, *[404] * 6]),
    "mfa_view_recovery_codes": ((), [L, *[404] * 6], [L, *[405] * 6]),
    "mfa_download_recovery_codes": ((), [L, *[404] * 6], [L, *[404] * 6]),
    "mfa_generate_recovery_codes": ((), [L, *[GO] * 6], [L, *[GO] * 6]),
    "mfa_add_webauthn": ((), [L, *[GO] * 6], [L, *[GO] * 6]),
    "mfa_list_webauthn": ((), [404] * 7, [404] * 7),
    **dict.fromkeys(
        ("mfa_edit_webauthn", "mfa_remove_webauthn"), (("number",), [404] * 7, [404] * 7)
    ),
    "account_login": ((), INSIDE, [422, *[GO] * 6]),
    "account_signup": ((), INSIDE, [422, *[GO] * 6]),
    "account_logout": ((), [GO, *[200] * 6], [GO] * 7),
    "account_inactive": ((), OK, NO_POST),
    "account_email_verification_sent": ((), [GO] * 7, [GO] * 7),
    "account_reset_password": ((), OK, [422] * 7),
    "account_reset_password_done": ((), OK, NO_POST),
    "account_reset_password_from_key": (("uid", "key"), OK, [422] * 7),
    "account_reset_password_from_key_done": ((), OK, NO_POST),
    "account_confirm_login_code": ((), [404] * 7, [404] * 7),
    "account_reauthenticate": ((), ACCOUNT, [L, *[422] * 6]),
    "account_change_password": ((), ACCOUNT, [L, *[422] * 6]),
    "account_set_password": ((), [L, *[GO] * 6], [L, *[GO] * 6]),
    "account_email": ((), ACCOUNT, [L, *[GO] * 6]),
}  # fmt: skip
