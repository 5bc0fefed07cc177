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

_OURS = "nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'"
_NOT_OF_EXTENSION = (
    "NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = {0}.oid AND d.deptype = 'e')"
)
_TRIGGERS = f"""
        FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
        JOIN pg_namespace n ON n.oid = relnamespace WHERE {_OURS} AND NOT tgisinternal"""
# Each gives a name and what there is of it, as Postgres itself writes it down.
SCHEMA = {
    "column": f"""
        SELECT a.attrelid::regclass || '.' || attname, concat_ws(' ',
            format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
            nullif(attidentity::text, ''), nullif(attgenerated::text, ''),
            pg_get_expr(adbin, adrelid), nullif(attcollation, 0)::regcollation::text)
        FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
        JOIN pg_namespace n ON n.oid = relnamespace
        LEFT JOIN pg_attrdef f ON adrelid = attrelid AND adnum = attnum
        WHERE {_OURS} AND relkind IN ('r', 'p', 'v', 'm') AND attnum > 0 AND NOT attisdropped
          AND {_NOT_OF_EXTENSION.format("c")}""",
    "constraint": f"""
        SELECT CASE WHEN conrelid = 0 THEN contypid::regtype::text
               ELSE conrelid::regclass::text END || '.' || conname, pg_get_constraintdef(c.oid)
        FROM pg_constraint c JOIN pg_namespace n ON n.oid = connamespace
        WHERE {_OURS} AND {_NOT_OF_EXTENSION.format("c")}""",
    "index": f"""
        SELECT indexrelid::regclass::text,
            pg_get_indexdef(indexrelid) || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END
        FROM pg_index i JOIN pg_class c ON c.oid = indexrelid
        JOIN pg_namespace n ON n.oid = relnamespace WHERE {_OURS}""",
    "trigger": f"""
        SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(t.oid) {_TRIGGERS}""",
    "state of trigger": f"SELECT tgrelid::regclass || '.' || tgname, tgenabled::text {_TRIGGERS}",
    "function": f"""
        SELECT p.oid::regprocedure::text,
            md5(CASE WHEN prokind = 'a' THEN prosrc ELSE pg_get_functiondef(p.oid) END)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
        WHERE {_OURS} AND {_NOT_OF_EXTENSION.format("p")}""",
    "view": f"""
        SELECT c.oid::regclass::text, pg_get_viewdef(c.oid)
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE {_OURS} AND relkind IN ('v', 'm') AND {_NOT_OF_EXTENSION.format("c")}""",
    "sequence": f"""
        SELECT c.oid::regclass::text, concat_ws(' ', seqtypid::regtype, seqstart, seqincrement,
            seqmin, seqmax, seqcache, seqcycle)
        FROM pg_sequence JOIN pg_class c ON c.oid = seqrelid
        JOIN pg_namespace n ON n.oid = relnamespace
        WHERE {_OURS} AND {_NOT_OF_EXTENSION.format("c")}""",
    "extension": "SELECT extname, extversion FROM pg_extension",
}
_NAMES = f"""
    SELECT nspname, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE {_OURS} AND relkind = ANY(%s) AND {_NOT_OF_EXTENSION.format("c")} ORDER BY 1, 2"""
# The same rows in any order give the same sums, so nothing is sorted or held in memory; 128 bits.
_ROWS = """
    SELECT count(*), sum(('x' || left(h, 16))::bit(64)::bigint),
        sum(('x' || right(h, 16))::bit(64)::bigint)
    FROM (SELECT md5(t::text) AS h FROM {} t) AS hashed"""


def facts(connection: Connection) -> Facts:
    """Schema and rows. Reads every row once; the transaction decides as of when."""
    found: Facts = {
        kind: dict(connection.execute(query.encode()).fetchall()) for kind, query in SCHEMA.items()
    }
    found["table"] = {}
    for schema, name in _names(connection, "r", "m"):
        query = sql.SQL(_ROWS).format(sql.Identifier(schema, name))
        count, *sums = connection.execute(query).fetchone() or (0, 0, 0)
        found["table"][f"{schema}.{name}"] = f"{count} rows {sums}"
    return found


def sequences(connection: Connection) -> Sequences:
    """The number that each gives next. As of now: a sequence belongs to no transaction."""
    found = {}
    for schema, name in _names(connection, "S"):
        query = sql.SQL("SELECT last_value + is_called::int FROM {}")
        row = connection.execute(query.format(sql.Identifier(schema, name))).fetchone()
        found[f"{schema}.{name}"] = int(row[0]) if row else 0
    return found


def _names(connection: Connection, *kinds: str) -> list[tuple[str, str]]:
    rows = connection.execute(_NAMES.replace("\\_%'", "\\_%%'").encode(), [list(kinds)]).fetchall()
    return [(row[0], row[1]) for row in rows]


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
