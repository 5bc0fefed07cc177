"""The Celery application. Workers find their work in Postgres; the broker only wakes them."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doctobooking.settings.local")

app = Celery("doctobooking")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
