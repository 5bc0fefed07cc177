"""The internet. Refuses to start, with a sentence, when something it needs is missing."""

from django.core.exceptions import ImproperlyConfigured

from doctobooking.settings.base import *
from doctobooking.settings.base import (
    PHONE_CHANNELS,
    PHONE_WEBHOOK_SECRET,
    PHONE_WEBHOOK_URL,
    database,
    env,
    mail_transport,
)

# appointments/online.py
PROVIDERS = ("demo",)
REQUIRED = {
    "DATABASE_URL": "the address of a PostgreSQL 15 or newer, e.g. postgres://user:pass@host/name",
    "REDIS_URL": "the address of a Redis or Valkey, e.g. redis://host:6379/0",
    "SECRET_KEY": "50 random characters or more",
    "ALLOWED_HOSTS": "the host names that this site answers to, comma separated",
    "EMAIL_URL": "the mail server, e.g. smtp+tls://user:pass@host:587",
    "CLINICAL_KEYS": "keys of clinical text, newest first: id:base64 of 32 bytes, comma separated",
}
missing = [f"{name} ({what})" for name, what in REQUIRED.items() if not env.str(name, default="")]
if missing:
    raise ImproperlyConfigured("Doctobooking cannot start without " + "; ".join(missing) + ".")

SECRET_KEY = env.str("SECRET_KEY")
if len(SECRET_KEY) < 50 or SECRET_KEY.startswith(("local-only", "django-insecure")):
    raise ImproperlyConfigured("SECRET_KEY must be 50 random characters or more.")
DEBUG = env.bool("DEBUG", default=False)
if DEBUG:
    raise ImproperlyConfigured("DEBUG must be off in production.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
DATABASES = {"default": database(env.str("DATABASE_URL"))}
# Each web thread keeps one connection; workers, beat and people with psql need a few more.
WEB_WORKERS = env.int("WEB_WORKERS", default=2)
WEB_THREADS = env.int("WEB_THREADS", default=4)
DATABASE_CONNECTIONS = env.int("DATABASE_CONNECTIONS", default=100)
if WEB_WORKERS * WEB_THREADS + 10 > DATABASE_CONNECTIONS:
    raise ImproperlyConfigured(
        f"WEB_WORKERS x WEB_THREADS + 10 ({WEB_WORKERS * WEB_THREADS + 10}) is more than the "
        f"database's DATABASE_CONNECTIONS ({DATABASE_CONNECTIONS})."
    )
CELERY_BROKER_URL = env.str("REDIS_URL")
CLINICAL_KEYS = env.list("CLINICAL_KEYS")
MAIL_TRANSPORT = mail_transport(env.str("EMAIL_URL"))
if PHONE_CHANNELS and not (PHONE_WEBHOOK_URL and PHONE_WEBHOOK_SECRET):
    raise ImproperlyConfigured(
        "PHONE_CHANNELS needs PHONE_WEBHOOK_URL (the gateway's address) and PHONE_WEBHOOK_SECRET."
    )
SUPPORT_INBOUND_SECRET = env.str("SUPPORT_INBOUND_SECRET", default="")
if 0 < len(SUPPORT_INBOUND_SECRET) < 32:
    raise ImproperlyConfigured("SUPPORT_INBOUND_SECRET must be 32 random characters or more.")
ONLINE_PAYMENTS = env.str("ONLINE_PAYMENTS", default="")
ONLINE_PAYMENTS_SECRET = env.str("ONLINE_PAYMENTS_SECRET", default="")
if ONLINE_PAYMENTS and (ONLINE_PAYMENTS not in PROVIDERS or len(ONLINE_PAYMENTS_SECRET) < 32):
    raise ImproperlyConfigured(
        f"ONLINE_PAYMENTS must be one of: {', '.join(PROVIDERS)}; it needs ONLINE_PAYMENTS_SECRET, "
        "of 32 random characters or more."
    )
SITE_URL = env.str("SITE_URL", default=f"https://{ALLOWED_HOSTS[0]}")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

# Off only to try the production settings on a machine without TLS.
TLS = env.bool("TLS", default=True)
SECURE_SSL_REDIRECT = TLS
# Load balancers and Prometheus ask these from inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_HSTS_PRELOAD = TLS
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_SECURE = TLS
LANGUAGE_COOKIE_SECURE = TLS
if TLS:
    # A browser takes such a name from this host alone, over TLS, and for every path (RFC 6265bis).
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    MESSAGES_COOKIE_NAME = "__Host-messages"
    DEVICE_COOKIE_NAME = "__Host-device"
    VIEWING_COOKIE_NAME = "__Host-viewing"
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
