"""The Celery application. Workers find their work in Postgres; the broker only wakes them.

Neither a wrong clock of one process nor a broker that vanishes may stop that, so a few habits of
Celery's are changed here.
"""

import os
from datetime import datetime, timedelta
from typing import Any

from celery import Celery, Task
from celery.signals import before_task_publish
from django.db import Error, connection
from kombu.transport.redis import Channel

from core.clock import current_time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doctobooking.settings.local")

# A worker that loses its broker would try to give ticks back to it, and die of that (kombu 5.7).
Channel.do_restore = False


class Tick(Task):
    """A call of beat's that has waited too long is dropped: the next one does all that is due.

    Celery's own `expires` holds the clock of one process against that of another; a worker whose
    clock is some seconds ahead would do nothing at all.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        until = self.request.get("worth_until")
        if until is not None and current_time() > datetime.fromisoformat(until):
            return None
        return super().__call__(*args, **kwargs)


app = Celery("doctobooking", task_cls=Tick)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@before_task_publish.connect
def say_until_when(headers: dict[str, Any], **_more: object) -> None:
    """Beat writes it down by the database's clock; without a database, nothing."""
    seconds = headers.get("worth_seconds")
    if seconds is None:
        return
    try:
        headers["worth_until"] = (current_time() + timedelta(seconds=seconds)).isoformat()
    except Error:
        connection.close()  # broken; in beat nobody else lets go of it
