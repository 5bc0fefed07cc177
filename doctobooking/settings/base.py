"""Settings that hold everywhere. What differs is in local.py, test.py and production.py."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import environ
from celery.schedules import schedule
from csp.constants import NONE, SELF

from core.clock import steady_time
from doctobooking.settings.backups import *
from doctobooking.settings.logs import LOGGING as LOGGING
from doctobooking.settings.people import *
from doctobooking.settings.places import *
from doctobooking.settings.privacy import *
from doctobooking.settings.support import *

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# The folder of everything that this machine keeps: embedded servers, media, local mails.
DATA_DIR = Path(env.str("DOCTOBOOKING_DATA", default=str(BASE_DIR / ".local"))).resolve()

INSTALLED_APPS = [
    "doctobooking.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "phonenumber_field",
    "django_countries",
    "django_htmx",
    "django_structlog",
    "heroicons",
    "leaflet",
    "csp",
    "core",
    "accounts",
    "doctors",
    "clinics",
    "appointments",
    "records",
    "prescriptions",
    "reviews",
    "support",
    "directory",
    "portal",
    "notifications",
    "privacy",
]

MIDDLEWARE = [
    # First those that speak in every answer: of files, and of what the next ones refuse.
    "core.middleware.HeadersMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.HostileInputMiddleware",
    "core.middleware.OriginMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "core.middleware.AddressLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.RequestLogMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.DeviceMiddleware",
    "core.middleware.PrivatePagesMiddleware",
    "core.middleware.WrongMethodMiddleware",
    "core.middleware.InvalidFormMiddleware",
    "doctobooking.probing.ProbingMiddleware",
    "doctobooking.viewing.ViewingMiddleware",
    "doctobooking.access.AccessMiddleware",
]

ROOT_URLCONF = "doctobooking.urls"
WSGI_APPLICATION = "doctobooking.wsgi.application"
DEBUG = env.bool("DEBUG", default=False)
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.site",
                "notifications.context.inbox",
            ],
            "builtins": [
                "core.templatetags.components",
                "core.templatetags.when",
                "directory.templatetags.profiles",
            ],
        },
    }
]
FORM_RENDERER = "core.forms.Renderer"

# Database ------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# `migrate` refuses a Postgres that may forget what it committed (core/checks.py); tests use one.
DATABASE_MUST_BE_DURABLE = True


def database(url: str) -> dict[str, object]:
    """Connection of one process: kept for a minute, and never hanging on a lost server."""
    config = environ.Env.db_url_config(url)
    config["ENGINE"] = "django.db.backends.postgresql"
    config["CONN_MAX_AGE"] = 60
    config["CONN_HEALTH_CHECKS"] = True
    config["OPTIONS"] = {
        **config.get("OPTIONS", {}),
        "connect_timeout": 2,
        # Of `planned_cursor`; the ORM's cursors write their values into the text, and keep none.
        "prepare_threshold": 1,
        "application_name": "doctobooking",
        # Nobody waits long for a row: better a polite refusal than a page that hangs.
        "options": "-c statement_timeout=15000 -c lock_timeout=4000"
        " -c idle_in_transaction_session_timeout=30000"
        # Else each list of keys is planned anew, since Postgres takes it to be a longer one.
        " -c plan_cache_mode=force_generic_plan",
    }
    return dict(config)


# Rate limits and small caches live in Postgres: they are shared by all workers and do not
# depend on Redis, which may be away while people log in and book (docs/adr/0013).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# Booking -------------------------------------------------------------------

HOLD_MINUTES = env.int("HOLD_MINUTES", default=10)
HOLDS_PER_ADDRESS = env.int("HOLDS_PER_ADDRESS", default=20)
# Codes of prescriptions that one address may check a minute, and ten times as many a day.
CHECKS_PER_ADDRESS = env.int("CHECKS_PER_ADDRESS", default=20)
BOOKINGS_PER_HOUR = env.int("BOOKINGS_PER_HOUR", default=10)
# Mails to strangers: people whom one member of a consultorio may write down with an address.
INVITED_PATIENTS_PER_DAY = env.int("INVITED_PATIENTS_PER_DAY", default=60)
# Likewise: bookings and moves by one desk of which somebody without an account is told.
DESK_CHANGES_PER_HOUR = env.int("DESK_CHANGES_PER_HOUR", default=10)
DESK_CHANGES_PER_DAY = env.int("DESK_CHANGES_PER_DAY", default=20)
# People for whom one account books, besides its owner.
PEOPLE_PER_ACCOUNT = env.int("PEOPLE_PER_ACCOUNT", default=15)
OPEN_VISITS_PER_DOCTOR = env.int("OPEN_VISITS_PER_DOCTOR", default=3)
# Opinions: how long after a visit one may be given, how long it and its answer may be edited, and
# how many one account may report in a day.
REVIEW_WRITE_DAYS = env.int("REVIEW_WRITE_DAYS", default=365)
REVIEW_EDIT_DAYS = env.int("REVIEW_EDIT_DAYS", default=14)
REVIEW_REPORTS_PER_DAY = env.int("REVIEW_REPORTS_PER_DAY", default=10)
# "id:base64 of 32 bytes", newest first; older ones still open what they sealed.
CLINICAL_KEYS = env.list("CLINICAL_KEYS", default=[])
# Tests have their calendars on a server of this machine; nobody else may.
EXTERNAL_CALENDARS_ON_LOOPBACK = False

# Open pages: connections that one web process keeps open, for all and for one network address.
LIVE_STREAMS = env.int("LIVE_STREAMS", default=1000)
LIVE_STREAMS_PER_ADDRESS = env.int("LIVE_STREAMS_PER_ADDRESS", default=100)

# Language, zone, places ----------------------------------------------------

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["doctobooking.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = False
# What time it is, Postgres says (core.clock); tests put the clock where they want it.
CLOCK_OF_DATABASE = True
PHONENUMBER_DB_FORMAT = "E164"
PHONENUMBER_DEFAULT_REGION = None

# Files ---------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = DATA_DIR / "media"
BACKUP_FOLDER = BACKUP_FOLDER or str(DATA_DIR / "backups")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# A week of hours with its windows, and an answer for each of hundreds of visits that it touches.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1500
DATA_UPLOAD_MAX_NUMBER_FILES = 5
FILE_UPLOAD_HANDLERS = ["core.uploads.CappedUploadHandler"]
# What one person may send in a day: with records, with questions to support, as a photo.
FILES_PER_DAY = env.int("FILES_PER_DAY", default=100)
FILE_BYTES_PER_DAY = env.int("FILE_BYTES_PER_DAY", default=200_000_000)

# Mail: everything is first a row (core.mail); the worker hands rows to MAIL_TRANSPORT.
EMAIL_BACKEND = "core.mail.OutboxEmailBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Doctobooking <citas@doctobooking.test>")
EMAIL_TIMEOUT = 10


# SMS and WhatsApp: which of them a gateway takes ("sms,whatsapp"), and where it is.
PHONE_CHANNELS = env.list("PHONE_CHANNELS", default=[])
PHONE = "notifications.channels.phone.Webhook"
PHONE_WEBHOOK_URL = env.str("PHONE_WEBHOOK_URL", default="")
PHONE_WEBHOOK_SECRET = env.str("PHONE_WEBHOOK_SECRET", default="")

# Who takes payments online ("demo": a page of our own that takes none; empty: nobody), and the
# secret that its notices are signed with (appointments/online.py).
ONLINE_PAYMENTS = env.str("ONLINE_PAYMENTS", default="")
ONLINE_PAYMENTS_SECRET = env.str("ONLINE_PAYMENTS_SECRET", default="")


def mail_transport(url: str) -> dict[str, object]:
    """`{"backend": path, "options": {...}}` for the worker, from EMAIL_URL: `smtp+tls://...`, or a
    provider of django-anymail's with its settings, `anymail+postmark://?server_token=...`.
    """
    if url.startswith("anymail+"):
        parts = urlsplit(url)
        name = parts.scheme.removeprefix("anymail+")
        backend = f"anymail.backends.{name}.EmailBackend"
        return {"backend": backend, "options": dict(parse_qsl(parts.query))}
    config = environ.Env.email_url_config(url)
    options = {
        "host": config.get("EMAIL_HOST"),
        "port": config.get("EMAIL_PORT"),
        "username": config.get("EMAIL_HOST_USER"),
        "password": config.get("EMAIL_HOST_PASSWORD"),
        "use_tls": config.get("EMAIL_USE_TLS", False),
        "use_ssl": config.get("EMAIL_USE_SSL", False),
        "timeout": EMAIL_TIMEOUT,
    }
    return {"backend": config["EMAIL_BACKEND"], "options": options}


# Workers -------------------------------------------------------------------

# A tick is worth nothing once it is taken: what its worker did not do, the next one finds.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Without a limit, beat would wait for a broker that vanished until the kernel gives up.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "health_check_interval": 10,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_PUBLISH_RETRY = False


def tick(task: str, every: timedelta, *, expires: int) -> dict[str, object]:
    """Beat only ticks; what is due is found in Postgres. A late tick is worth nothing, by the
    database's clock (doctobooking.celery); and beat goes on when its own clock is set back.
    """
    options = {"headers": {"worth_seconds": expires}}
    return {"task": task, "schedule": schedule(every, nowfun=steady_time), "options": options}


CELERY_BEAT_SCHEDULE = {
    "relay": tick("notifications.tasks.relay", timedelta(seconds=2), expires=4),
    "plan-missing": tick("notifications.tasks.plan_missing", timedelta(hours=1), expires=1800),
    "sweep": tick("appointments.tasks.sweep_drafts", timedelta(minutes=10), expires=300),
    "lapse": tick("appointments.tasks.lapse_requests", timedelta(seconds=30), expires=30),
    # A tick ends before the next one: the calendars never take two workers from the mails.
    "calendars": tick("appointments.tasks.fetch_calendars", timedelta(minutes=1), expires=50),
    # A time that is let go of appears in open pages by itself.
    "holds": tick("appointments.tasks.release_holds", timedelta(seconds=5), expires=5),
    # What changes marked, and what became untrue as time passed.
    "index": tick("appointments.tasks.renew_index", timedelta(seconds=2), expires=4),
    # Pages count by themselves what this has not reached.
    "occupancy": tick("appointments.tasks.tally_occupancy", timedelta(seconds=15), expires=15),
    "waiting": tick("appointments.tasks.offer_waiting", timedelta(seconds=5), expires=5),
    "waiting-tidy": tick("appointments.tasks.tidy_waiting", timedelta(minutes=1), expires=50),
    "prune": tick("core.tasks.prune_live", timedelta(hours=6), expires=3600),
    "tick": tick("core.tasks.tick", timedelta(seconds=10), expires=60),
    **{
        key: tick(task, every, expires=worth) for key, (task, every, worth) in PRIVACY_TICKS.items()
    },
}

# Who asks for /metrics; without it there is no such page (doctobooking/metrics.py).
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# Headers -------------------------------------------------------------------

# Result pages that one browser may ask for in a minute; maps and suggestions have more
# (directory/limits.py). 0: as many as it likes.
SEARCHES_PER_MINUTE = env.int("SEARCHES_PER_MINUTE", default=60)
WEB_WORKERS = env.int("WEB_WORKERS", default=2)

# Where browsers tell what the policy forbade, and how many such tellings of one network address
# are read in a minute.
CSP_REPORTS_AT = "/csp/"
CSP_REPORTS_PER_ADDRESS = env.int("CSP_REPORTS_PER_ADDRESS", default=30)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "frame-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
        "report-uri": [CSP_REPORTS_AT],
        "report-to": ["csp"],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "payment", "usb", "display-capture")
} | {"geolocation": ["self"]}  # "near me", when it is pressed
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

LEAFLET_CONFIG = {
    # Empty: no tiles, only the outlines that we serve ourselves.
    "TILES": env.str("MAP_TILES", default="https://tile.openstreetmap.org/{z}/{x}/{y}.png"),
    "ATTRIBUTION": env.str("MAP_CREDIT", default="OpenStreetMap"),
    "ATTRIBUTION_PREFIX": "",
}

DEMO = False
DEMO_PASSWORD = ""
# The e-mail address is unique by a constraint on its lower case, which the check cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
ADMIN_PATH = env.str("ADMIN_PATH", default="admin/")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
# Doctors in one part of the sitemap; search engines take 50,000 at the most.
SITEMAP_CHUNK = 5000
