"""How tables are emptied after a test that commits: by DELETE. A TRUNCATE makes new files for each
table and each of its indexes, half a second for ours; most of them are empty, the others nearly.
"""

from functools import wraps

from django.db import connection


def by_deleting(sql_flush):
    @wraps(sql_flush)
    def statements(self, style, tables, *, reset_sequences=False, allow_cascade=False):
        if reset_sequences or not tables or not may_switch_triggers_off():
            more = {"reset_sequences": reset_sequences, "allow_cascade": allow_cascade}
            return sql_flush(self, style, tables, **more)
        names = [self.quote_name(table) for table in tables]
        return [
            # As TRUNCATE does, it waits for whoever still writes: a request that nobody reads.
            f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE",
            "SET LOCAL session_replication_role = replica",
            *(f"DELETE FROM {name}" for name in names),
        ]

    return statements


def may_switch_triggers_off():
    """On servers of one's own the role may be a plain one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        return cursor.fetchone()[0]
