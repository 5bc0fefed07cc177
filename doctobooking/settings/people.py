"""Accounts: who logs in, how, and for how long."""

from datetime import timedelta

import environ

env = environ.Env()

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "accounts.passwords.OwnWordsValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.LeakedPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.signup.SignupFields"
ACCOUNT_FORMS = {
    "login": "accounts.allauth_forms.LoginForm",
    "signup": "accounts.allauth_forms.SignupForm",
    "reset_password": "accounts.allauth_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.allauth_forms.ResetPasswordKeyForm",
    "user_token": "accounts.allauth_forms.UserTokenForm",
    "change_password": "accounts.allauth_forms.ChangePasswordForm",
    "set_password": "accounts.allauth_forms.SetPasswordForm",
    "add_email": "accounts.allauth_forms.AddEmailForm",
    "change_email": "accounts.allauth_forms.ChangeEmailForm",
    "reauthenticate": "accounts.allauth_forms.ReauthenticateForm",
    "confirm_email_verification_code": "accounts.allauth_forms.ConfirmCodeForm",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_CHANGE_EMAIL = True
# "Your password was changed" and the like, also to the address that is being left.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "login": env.str("LIMIT_LOGIN", default="30/m/ip"),
    "login_failed": env.str("LIMIT_LOGIN_FAILED", default="10/m/ip,5/300s/key"),
    "signup": env.str("LIMIT_SIGNUP", default="20/m/ip"),
    "reset_password": env.str("LIMIT_RESET_PASSWORD", default="20/m/ip"),
    # Of one address, to which no more is mailed; the page is the same (accounts/allauth_forms.py).
    "reset_password_mail": env.str("LIMIT_RESET_PASSWORD_MAIL", default="5/h/key"),
    "confirm_email": env.str("LIMIT_CONFIRM_EMAIL", default="1/30s/key"),
}
# Of one account in a minute: from then on it is told to wait, whatever it asks for that is refused.
REFUSALS_PER_MINUTE = env.int("REFUSALS_PER_MINUTE", default=60)
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# The second factor: an app's codes, passkeys, recovery codes.
MFA_ADAPTER = "accounts.second_factor.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.mfa_forms.AuthenticateForm",
    "reauthenticate": "accounts.mfa_forms.ReauthenticateForm",
    "activate_totp": "accounts.mfa_forms.ActivateTOTPForm",
    "deactivate_totp": "accounts.mfa_forms.DeactivateTOTPForm",
    "authenticate_webauthn": "accounts.mfa_forms.AuthenticateWebAuthnForm",
    "login_webauthn": "accounts.mfa_forms.LoginWebAuthnForm",
    "reauthenticate_webauthn": "accounts.mfa_forms.ReauthenticateWebAuthnForm",
    "add_webauthn": "accounts.mfa_forms.AddWebAuthnForm",
    "generate_recovery_codes": "accounts.mfa_forms.GenerateRecoveryCodesForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Doctobooking"
# The code that was on the screen half a minute ago still counts: clocks of telephones differ.
MFA_TOTP_TOLERANCE = 1
# Who needs one: "staff" for the admin, "doctors" before what is clinical.
SECOND_FACTOR_FOR = env.list("SECOND_FACTOR_FOR", default=["staff", "doctors"])
# For staff, doctors and their reception: how long a browser may rest, and be logged in at all.
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=15)
SESSION_HOURS = env.int("SESSION_HOURS", default=12)

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "core.messages.MessageStorage"
MESSAGES_COOKIE_NAME = "messages"
# accounts/sessions.py and accounts/viewing.py
DEVICE_COOKIE_NAME = "dispositivo"
VIEWING_COOKIE_NAME = "ver_como"
