"""Where an account is erased, the words of its opinions go, in a transaction that says so."""

from django.db import migrations

ERASING = "coalesce(current_setting('doctobooking.erasing', true), '') = 'on'"
HONEST = """
DROP TRIGGER review_is_honest ON reviews_review;
CREATE TRIGGER review_is_honest BEFORE INSERT OR UPDATE ON reviews_review
FOR EACH ROW {when} EXECUTE FUNCTION reviews_review_is_honest();
"""
# The words alone: grades and times of a version stay, and no row goes.
GROW = """
CREATE OR REPLACE FUNCTION reviews_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'note_sealed' = to_jsonb(NEW) - 'note_sealed' THEN
        RETURN NEW;
    END IF;
    {erased}
    RAISE EXCEPTION 'lines of % only grow', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'review_history_only_grows';
END $$;
"""
ERASED = f"""
    IF TG_OP = 'UPDATE' AND {ERASING} AND to_jsonb(NEW) ->> 'text' = ''
        AND to_jsonb(OLD) - 'text' = to_jsonb(NEW) - 'text' THEN
        RETURN NEW;
    END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_rules")]
    operations = [
        migrations.RunSQL(
            HONEST.format(when=f"WHEN (NOT {ERASING})"), HONEST.format(when="")
        ),
        migrations.RunSQL(GROW.format(erased=ERASED), GROW.format(erased="")),
    ]
