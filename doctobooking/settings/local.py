"""One machine, demo data, local mailbox: what `make run` serves. Not for the internet."""

import base64
import hashlib

import environ

from doctobooking.settings.base import *
from doctobooking.settings.base import (
    DATA_DIR,
    INSTALLED_APPS,
    MIDDLEWARE,
    database,
    env,
    mail_transport,
)

# Written by `make run`: the addresses of the embedded servers and this machine's secrets.
environ.Env.read_env(DATA_DIR / "env", overwrite=False)

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="local-only-not-a-secret")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
DATABASES = {"default": database(env.str("DATABASE_URL", default="") or "postgres:///doctobooking")}
CELERY_BROKER_URL = env.str("REDIS_URL", default="") or "redis://127.0.0.1:6379/0"
CLINICAL_KEYS = env.list("CLINICAL_KEYS", default=[]) or [
    "local:" + base64.b64encode(hashlib.sha256(SECRET_KEY.encode()).digest()).decode()
]

INSTALLED_APPS = [*INSTALLED_APPS, "django_mail_preview", "doctobooking.demo"]
MAIL_PREVIEW_ALLOW = "doctobooking.local.mailbox.is_allowed"
MAIL_PREVIEW_ROOT = DATA_DIR / "mail"
MAIL_PREVIEW_MAX_MESSAGES = 500
MAIL_TRANSPORT = (
    mail_transport(env.str("EMAIL_URL"))
    if env.str("EMAIL_URL", default="")
    else {"backend": "django_mail_preview.backends.EmailBackend", "options": {}}
)
# Texts to phones land among the mails.
PHONE_CHANNELS = env.list("PHONE_CHANNELS", default=["sms", "whatsapp"])
if not env.str("PHONE_WEBHOOK_URL", default=""):
    PHONE = "notifications.channels.phone.Mailbox"
ONLINE_PAYMENTS = env.str("ONLINE_PAYMENTS", default="demo")
ONLINE_PAYMENTS_SECRET = env.str("ONLINE_PAYMENTS_SECRET", default="") or f"demo:{SECRET_KEY}"
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}")
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"

# So that the demo's log-ins can be tried at once; its pages say so.
SECOND_FACTOR_FOR = env.list("SECOND_FACTOR_FOR", default=[])
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

STATIC_ROOT = None  # type: ignore[assignment]  # found where it lies, never collected
WHITENOISE_USE_FINDERS = True
MIDDLEWARE = ["doctobooking.local.compression.StaticGzipMiddleware", *MIDDLEWARE]
# A style sheet edited while the product runs is served as it is now.
WHITENOISE_AUTOREFRESH = True

DEMO = env.bool("DEMO", default=True)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="demo-doctobooking")
