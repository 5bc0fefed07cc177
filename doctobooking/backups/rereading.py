"""How Postgres writes down a definition that it has read from its own text.

It writes `x = ANY ((ARRAY[...])::text[])` for what a migration made, and after a restore, which
read just that, `x = ANY (ARRAY[(...)::text])`: the same rule in other words. Whether it is the
same is not for us to guess: the original's text is read once more, on an empty copy of the table,
and has to become the restored one's to the letter.
"""

import contextlib
import re
from typing import Any

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]

# Kind of what has conditions -> its table and its name, by the name in comparing.facts.
PLACES = {
    "constraint": """
        SELECT format('%%I.%%I', nspname, relname), conname FROM pg_constraint c
        JOIN pg_class t ON t.oid = conrelid JOIN pg_namespace n ON n.oid = relnamespace
        WHERE conrelid::regclass || '.' || conname = %s""",
    "index": """
        SELECT format('%%I.%%I', nspname, t.relname), i.relname FROM pg_index
        JOIN pg_class i ON i.oid = indexrelid JOIN pg_class t ON t.oid = indrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE indexrelid::regclass::text = %s""",
    "trigger": """
        SELECT format('%%I.%%I', nspname, relname), tgname FROM pg_trigger
        JOIN pg_class t ON t.oid = tgrelid JOIN pg_namespace n ON n.oid = relnamespace
        WHERE tgrelid::regclass || '.' || tgname = %s""",
}
WRITTEN = {
    "constraint": """SELECT pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid = 'pg_temp.probe'::regclass AND conname = %s""",
    "index": """SELECT pg_get_indexdef(indexrelid) FROM pg_index
        JOIN pg_class c ON c.oid = indexrelid
        WHERE indrelid = 'pg_temp.probe'::regclass AND relname = %s""",
    "trigger": """SELECT pg_get_triggerdef(oid) FROM pg_trigger
        WHERE tgrelid = 'pg_temp.probe'::regclass AND tgname = %s""",
}


def read_again(restored: Connection, kind: str, name: str, definition: str) -> str:
    """The definition as the restored database would write it; as it is, where it has no such
    thing or cannot read it. Leaves nothing behind.
    """
    if kind not in PLACES:
        return definition
    place = restored.execute(PLACES[kind].encode(), [name]).fetchone()
    if not place:
        return definition
    table, short = place
    with (
        contextlib.suppress(psycopg.Error),
        restored.transaction(force_rollback=True),
    ):
        restored.execute(f"CREATE TEMP TABLE probe (LIKE {table})".encode())
        if kind == "constraint":
            make = sql.SQL("ALTER TABLE pg_temp.probe ADD CONSTRAINT {} ").format(
                sql.Identifier(short)
            )
            restored.execute(make.as_bytes(restored) + definition.encode())
        else:
            restored.execute(definition.replace(f" ON {table} ", " ON pg_temp.probe ", 1).encode())
        row = restored.execute(WRITTEN[kind].encode(), [short]).fetchone()
        if row:
            return re.sub(r" ON pg_temp(_\d+)?\.probe ", lambda _: f" ON {table} ", row[0], count=1)
    return definition
