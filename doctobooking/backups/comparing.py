"""What a database holds, in a form that two of them can be compared by: everything that
docs/adr/0047 promises of a restored one. Each difference is named.
"""

from typing import Any

import psycopg
from psycopg import sql

from doctobooking.backups.rereading import read_again

Connection = psycopg.Connection[tuple[Any, ...]]
Facts = dict[str, dict[str, str]]  # kind -> name -> what there is of it
Sequences = dict[str, int]  # name -> the number that it gives next

# Of what a query finds, that which is neither Postgres's nor an extension's own.
_OURS = sql.SQL("""
    SELECT name, told FROM ({}) AS found JOIN pg_namespace n ON n.oid = namespace
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.deptype = 'e'
                      AND d.classid = catalog AND d.objid = object)
    ORDER BY 1""")
# Each gives a name, what there is of it as Postgres itself writes it down, and where it belongs.
SCHEMA = {
    "column": """
        SELECT a.attrelid::regclass || '.' || attname AS name, concat_ws(' ',
            format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
            nullif(attidentity::text, ''), nullif(attgenerated::text, ''),
            pg_get_expr(adbin, adrelid), nullif(attcollation, 0)::regcollation::text) AS told,
            relnamespace AS namespace, c.oid AS object, c.tableoid AS catalog
        FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
        LEFT JOIN pg_attrdef f ON adrelid = attrelid AND adnum = attnum
        WHERE relkind IN ('r', 'p', 'v', 'm') AND attnum > 0 AND NOT attisdropped""",
    "constraint": """
        SELECT CASE WHEN conrelid = 0 THEN contypid::regtype::text
               ELSE conrelid::regclass::text END || '.' || conname AS name,
            pg_get_constraintdef(oid) AS told,
            connamespace AS namespace, oid AS object, tableoid AS catalog
        FROM pg_constraint""",
    "index": """
        SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid)
            || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END AS told,
            relnamespace AS namespace, c.oid AS object, c.tableoid AS catalog
        FROM pg_index JOIN pg_class c ON c.oid = indexrelid""",
    "trigger": """
        SELECT tgrelid::regclass || '.' || tgname AS name, pg_get_triggerdef(t.oid) AS told,
            relnamespace AS namespace, t.oid AS object, t.tableoid AS catalog
        FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal""",
    "state of trigger": """
        SELECT tgrelid::regclass || '.' || tgname AS name, tgenabled::text AS told,
            relnamespace AS namespace, t.oid AS object, t.tableoid AS catalog
        FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE NOT tgisinternal""",
    "function": """
        SELECT oid::regprocedure::text AS name, md5(CASE WHEN prokind = 'a' THEN prosrc
               ELSE pg_get_functiondef(oid) END) AS told,
            pronamespace AS namespace, oid AS object, tableoid AS catalog
        FROM pg_proc""",
    "view": """
        SELECT oid::regclass::text AS name, pg_get_viewdef(oid) AS told,
            relnamespace AS namespace, oid AS object, tableoid AS catalog
        FROM pg_class WHERE relkind IN ('v', 'm')""",
    "sequence": """
        SELECT c.oid::regclass::text AS name, concat_ws(' ', seqtypid::regtype, seqstart,
            seqincrement, seqmin, seqmax, seqcache, seqcycle) AS told,
            relnamespace AS namespace, c.oid AS object, c.tableoid AS catalog
        FROM pg_sequence JOIN pg_class c ON c.oid = seqrelid""",
}
EXTENSIONS = "SELECT extname, extversion FROM pg_extension"
TABLES = """
    SELECT format('%I.%I', nspname, relname) AS name, relkind::text AS told,
        relnamespace AS namespace, c.oid AS object, c.tableoid AS catalog
    FROM pg_class c JOIN pg_namespace s ON s.oid = relnamespace WHERE relkind IN ('r', 'm')"""
NUMBERS = TABLES.replace("('r', 'm')", "('S')")
# The same rows in any order give the same sums, so nothing is sorted or held in memory; 128 bits.
_ROWS = """
    SELECT count(*), sum(('x' || left(h, 16))::bit(64)::bigint),
        sum(('x' || right(h, 16))::bit(64)::bigint)
    FROM (SELECT md5(t::text) AS h FROM {} t) AS hashed"""


def facts(connection: Connection) -> Facts:
    """Schema and rows. Reads every row once; the transaction decides as of when."""
    found = {kind: _ours(connection, query) for kind, query in SCHEMA.items()}
    found["extension"] = dict(connection.execute(EXTENSIONS.encode()).fetchall())
    found["table"] = {}
    for table in _ours(connection, TABLES):
        query = sql.SQL(_ROWS).format(sql.SQL(table))  # quoted where it has to be
        count, *sums = connection.execute(query).fetchone() or (0, 0, 0)
        found["table"][table] = f"{count} rows {sums}"
    return found


def sequences(connection: Connection) -> Sequences:
    """The number that each gives next. As of now: a sequence belongs to no transaction."""
    found = {}
    for name in _ours(connection, NUMBERS):
        query = sql.SQL("SELECT last_value + is_called::int FROM {}").format(sql.SQL(name))
        row = connection.execute(query).fetchone()
        found[name] = int(row[0]) if row else 0
    return found


def _ours(connection: Connection, query: str) -> dict[str, str]:
    return dict(connection.execute(_OURS.format(sql.SQL(query))).fetchall())


def differences(original: Facts, restored: Facts, copy: Connection) -> list[str]:
    """A sentence each; none means that the two are the same. `copy` is the restored database."""
    found = []
    for kind in sorted({*original, *restored}):
        ours, theirs = original.get(kind, {}), restored.get(kind, {})
        for name in sorted({*ours, *theirs}):
            one, other = ours.get(name), theirs.get(name)
            if one == other or (one and other == read_again(copy, kind, name, one)):
                continue
            found.append(f"{kind} {name}: {one or '(nothing)'} became {other or '(nothing)'}")
    return found


def sequence_differences(before: Sequences, after: Sequences, restored: Sequences) -> list[str]:
    """People go on working while a dump is made: what was dumped lies between two looks."""
    found = []
    for name in sorted({*before, *restored}):
        looks = sorted(look[name] for look in (before, after) if name in look)
        number = restored.get(name)
        if not looks or number is None or not looks[0] <= number <= looks[-1]:
            found.append(f"sequence {name}: next {looks} became {number}")
    return found


def file_differences(
    before: dict[str, str], after: dict[str, str], restored: dict[str, str]
) -> list[str]:
    """By SHA-256. A file that changed meanwhile is as it was before or as it was after."""
    return [
        f"file {name}: {before.get(name)} became {restored.get(name)}"
        for name in sorted({*before, *after, *restored})
        if restored.get(name) not in (before.get(name), after.get(name))
    ]
