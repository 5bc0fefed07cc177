"""The suite: Postgres as in production, mails kept in memory after the ledger, cheap hashes."""

from doctobooking.settings.local import *
from doctobooking.settings.local import CELERY_BROKER_TRANSPORT_OPTIONS, DATA_DIR, LOGGING

DEBUG = False
SECRET_KEY = "test-only-not-a-secret"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAIL_TRANSPORT = {"backend": "django.core.mail.backends.locmem.EmailBackend", "options": {}}
CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "max_retries": 0}
ACCOUNT_RATE_LIMITS = False
DEMO = False
DATABASE_MUST_BE_DURABLE = False
REFUSALS_PER_MINUTE = SEARCHES_PER_MINUTE = 0
PHONE_CHANNELS = []
CLOCK_OF_DATABASE = False
MEDIA_ROOT = DATA_DIR / "test" / "media"
HOLDS_PER_ADDRESS = 500
LOGGING["loggers"]["django_structlog"]["level"] = "WARNING"
# Tests turn the clock by days within one session; tests/accounts/test_sessions.py has the limits.
SESSION_IDLE_MINUTES = SESSION_HOURS = 0
