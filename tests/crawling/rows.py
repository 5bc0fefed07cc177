"""Whether anything changed: all rows of ours at once, and whether somebody wrote at all."""

import json
import re
from contextlib import contextmanager

from django.apps import apps
from django.db import connection

WRITES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM|COPY)\s+\"?(\w+)", re.I)
READS = re.compile(r"\s*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|SET|SHOW|NOTIFY)\b", re.I)
# A browser's session and the counters of limits say nothing about anybody.
OF_NOBODY = {"django_session", "core_cache"}


def tables():
    models = apps.get_models(include_auto_created=True)
    names = {model._meta.db_table for model in models if model._meta.managed}
    return sorted(names - OF_NOBODY)


def digests():
    """table -> a digest of its rows."""
    parts = [
        f"SELECT '{name}', md5(string_agg(x::text, ' ' ORDER BY x::text)) FROM \"{name}\" x"
        for name in tables()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


class Watch:
    """Which tables were written to; what was taken back counts, too."""

    def __init__(self):
        self.written = set()

    def __call__(self, execute, sql, params, many, context):
        found = WRITES.match(sql) if isinstance(sql, str) else None
        if found:
            self.written.add(found[2])
        elif not (isinstance(sql, str) and READS.match(sql)):
            self.written.add("what cannot be told from its first words")
        return execute(sql, params, many, context)


@contextmanager
def watched():
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield watch


def changed(before, watch):
    """The tables that are not what they were."""
    if not watch.written - OF_NOBODY:
        return []
    after = digests()
    return [name for name in before if before[name] != after[name]]


def rows_of(names):
    """table -> its rows, each as {column: value}."""
    found = {}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'SELECT to_jsonb(x) FROM "{name}" x ORDER BY x::text')
            found[name] = [json.loads(row) if isinstance(row, str) else row
                           for (row,) in cursor.fetchall()]  # fmt: skip
    return found


def new_rows(before, names):
    """(table, row) of what is in these tables and was not."""
    for name, rows in rows_of(names).items():
        yield from ((name, row) for row in rows if row not in before[name])
