"""What stands in the database, table by table, to see whether anything changed."""

from django.db import connection

# Where a mere look may write, and why.
WRITTEN_BY_LOOKS = {
    "django_session": "what a browser is at: a booking begun, a language, that somebody is there",
    "accounts_accountsession": "when each browser was last used",
    "records_accesslog": "each look at something clinical is a line",
    "accounts_auditentry": "each download of data is a line",
    "core_cache": "how often somebody asked, and answers that are kept a while",
}
TABLES = """
SELECT table_name FROM information_schema.tables
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1
"""


def tables():
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return [name for (name,) in cursor.fetchall()]


def digests(but=tuple(WRITTEN_BY_LOOKS)):
    """A digest of every row of each table, whatever their order."""
    found = {}
    with connection.cursor() as cursor:
        for name in tables():
            if name not in but:
                cursor.execute(
                    f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
                    f'FROM "{name}" AS t'
                )
                found[name] = cursor.fetchone()[0]
    return found


def changed(before, after):
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
