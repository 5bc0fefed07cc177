"""Where an account is erased, the reason that support typed may go; all else of a line stays."""

from django.db import migrations

FORGETS = """
CREATE OR REPLACE FUNCTION accounts_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND coalesce(current_setting('doctobooking.erasing', true), '') = 'on'
        AND OLD.act IN ('corrected', 'viewed') AND NEW.what = ''
        AND to_jsonb(OLD) - 'what' = to_jsonb(NEW) - 'what'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what happened to an account stays written'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'auditentry_only_grows';
END $$;
"""
FORGETS_NO_MORE = """
CREATE OR REPLACE FUNCTION accounts_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what happened to an account stays written'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'auditentry_only_grows';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_erased")]
    operations = [migrations.RunSQL(FORGETS, FORGETS_NO_MORE)]
