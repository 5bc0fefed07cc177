"""Where what is private might turn up: every place that somebody else than its readers looks at.

Each private field has a mark of its own, so that a failure says which one leaked.
"""

import json
from contextlib import contextmanager

import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from kombu import Connection

from doctobooking.celery import app
from tests.records.test_dump import dumped, shapes

FIELDS = (
    "draft", "reason", "record", "private", "prescription", "question", "answer", "note", "desk",
    "correction", "moderation", "appeal", "address",
    "identity", "foreign", "custody",
)  # fmt: skip
MARKS = {name: f"fuga{name}7q" for name in FIELDS}

# It sets Django up once more, which takes away whoever listens to the log.
app.loader.import_default_modules()


def hits(text):
    """The fields whose marks are in a text, in whatever shape and case."""
    lower = text.lower()
    return {
        name
        for name, mark in MARKS.items()
        if mark in lower or any(shape in text for shape in shapes(mark))
    }


class Places:
    """What can be looked at from without; the database is what it says itself."""

    def __init__(self, lines, postgres_log):
        self.lines, self.log = lines, postgres_log
        self.start = postgres_log.stat().st_size

    def texts(self):
        return {
            "database": (f"{table} {row}" for table, row in dumped()),
            # They are signed and compressed: a dump says nothing of what is in them.
            "sessions": (json.dumps(one.get_decoded()) for one in Session.objects.all()),
            "broker": broker_texts(),
            "log": map(json.dumps, self.lines),
            "log of postgres": [self.log.read_bytes()[self.start :].decode(errors="replace")],
            "mails": map(mail_text, mail.outbox),
        }

    def leaks(self):
        found = {
            place: sorted(set().union(*map(hits, texts))) for place, texts in self.texts().items()
        }
        return {place: names for place, names in found.items() if names}


def mail_text(letter):
    """As it is before it is put into base64."""
    others = [str(content) for content, _kind in getattr(letter, "alternatives", [])]
    headers = [f"{name}: {value}" for name, value in letter.message().items()]
    return "\n".join([letter.subject, letter.body, *others, *headers, *letter.to])


def broker_texts():
    """Every key with what it holds."""
    server = redis.from_url(settings.CELERY_BROKER_URL)
    for key in server.scan_iter():
        kind = server.type(key)
        if kind == b"list":
            yield from (str((key, item)) for item in server.lrange(key, 0, -1))
        elif kind == b"hash":
            yield str((key, server.hgetall(key)))
        elif kind == b"set":
            yield str((key, server.smembers(key)))
        elif kind == b"zset":
            yield str((key, server.zrange(key, 0, -1)))
        else:
            yield str((key, server.get(key)))


@contextmanager
def beating():
    """Each task of ours was called, as beat calls them, and waits in the broker."""
    server = redis.from_url(settings.CELERY_BROKER_URL)
    with Connection(settings.CELERY_BROKER_URL) as broker:
        for entry in app.conf.beat_schedule.values():
            app.tasks[entry["task"]].apply_async(connection=broker, **entry["options"])
        yield broker
    server.flushdb()
