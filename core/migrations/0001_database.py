"""Extensions, two small functions, and the cache table: before any app's tables."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

# unaccent() depends on a dictionary that may change, so Postgres calls it STABLE and refuses it
# in indexes. With the dictionary named, it is as immutable as we need.
F_UNACCENT = """
CREATE FUNCTION f_unaccent(text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN public.unaccent('public.unaccent'::regdictionary, $1);
"""

# IANA zones contain a slash ("America/Quito") but for UTC; abbreviations and POSIX rules, which
# Postgres would take as well, are refused.
IS_TIME_ZONE = """
CREATE FUNCTION is_time_zone(name text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    IF name <> 'UTC' AND name !~ '^[A-Za-z_]+/[A-Za-z0-9_+/-]+$' THEN
        RETURN false;
    END IF;
    PERFORM timestamptz '2026-01-01 00:00:00Z' AT TIME ZONE name;
    RETURN true;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN false;
END $$;
"""

# Unlogged: a crash empties it, which a cache may do.
CACHE = """
CREATE UNLOGGED TABLE core_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX core_cache_expires ON core_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(F_UNACCENT, "DROP FUNCTION f_unaccent(text)"),
        migrations.RunSQL(IS_TIME_ZONE, "DROP FUNCTION is_time_zone(text)"),
        migrations.RunSQL(CACHE, "DROP TABLE core_cache"),
    ]
