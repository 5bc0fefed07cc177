"""Each migration can be taken back, or says why not; all the way to nothing and up again."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL

from doctobooking.local.state import PROJECT
from tests.template_database import address_of

OURS = {
    config.label for config in apps.get_app_configs() if (PROJECT / config.name).is_dir()
}  # fmt: skip
# Operations that nothing takes back, and why.
FOR_GOOD: dict[tuple[str, str], str] = {}
# Data was moved, and stays where it is when one goes back.
STAYS = {
    ("appointments", "0006_search_index"): "what fills the index goes with its tables",
    ("doctors", "0006_fill_what_was_checked"): "what fills new columns goes with them",
    ("notifications", "0004_fill_ledger"): "what fills new columns goes with them",
}
# What makes a database what it is; extensions and what is in them are its own.
SCHEMA = """
SELECT 'column', table_name || '.' || column_name,
       concat_ws(' ', data_type, is_nullable, column_default, generation_expression)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', oid::regprocedure::text, pg_get_functiondef(oid)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')
ORDER BY 1, 2
"""


def operations():
    """(app, migration, operation) of ours, those inside of others too."""
    for (app, name), migration in sorted(MigrationLoader(None).disk_migrations.items()):
        if app in OURS:
            waiting = list(migration.operations)
            while waiting:
                one = waiting.pop()
                waiting += getattr(one, "database_operations", [])
                yield app, name, one


def is_nothing(operation):
    back = getattr(operation, "reverse_sql", None)
    if isinstance(operation, RunPython):
        return operation.reverse_code is RunPython.noop
    return isinstance(operation, RunSQL) and not (back.strip() if isinstance(back, str) else back)


def test_every_step_has_a_way_back():
    steps = list(operations())
    assert {(app, name) for app, name, one in steps if not one.reversible} == set(FOR_GOOD)
    assert {(app, name) for app, name, one in steps if one.reversible and is_nothing(one)} == set(
        STAYS
    )
    assert {app for app, *_rest in steps} == {
        "accounts", "appointments", "clinics", "core", "doctors", "notifications",
        "prescriptions", "privacy", "records", "reviews", "support",
    }  # fmt: skip
    assert len({(app, name) for app, name, _one in steps}) >= 65


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def manage(database, *words):
    environment = {**os.environ, "DATABASE_URL": address_of(database),
                   "DJANGO_SETTINGS_MODULE": "doctobooking.settings.test"}  # fmt: skip
    subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *words], cwd=PROJECT, env=environment,
        check=True,
    )  # fmt: skip


def schema(database):
    with psycopg.connect(address_of(database)) as connection:
        return {(kind, name): said for kind, name, said in connection.execute(SCHEMA)}


@pytest.fixture
def empty_database(django_db_setup):
    name = "to_nothing_and_up_again"
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
        yield name
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.thorough
def test_to_nothing_and_up_again(empty_database):
    manage(empty_database, "migrate", "--verbosity=0")
    whole = schema(empty_database)
    for app in sorted(OURS & set(MigrationLoader(None).migrated_apps)):
        manage(empty_database, "migrate", app, "zero", "--verbosity=0")
    left = {name.split(".")[0] for kind, name in schema(empty_database) if kind == "column"}
    assert [table for table in left if table.split("_")[0] in OURS] == []
    others = {key for key in schema(empty_database) if key[0] in ("function", "trigger")}
    assert others == set()
    manage(empty_database, "migrate", "--verbosity=0")
    again = schema(empty_database)
    assert {key for key in {*whole, *again} if whole.get(key) != again.get(key)} == set()
    assert len(whole) >= 1000
    manage(empty_database, "makemigrations", "--check", "--dry-run", "--verbosity=0")
