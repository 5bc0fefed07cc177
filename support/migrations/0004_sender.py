"""Of a mail from another address, which one: sealed, as the text is, and as little to be changed."""

from django.db import migrations, models

GROW = """
CREATE OR REPLACE FUNCTION support_message_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND coalesce(current_setting('doctobooking.erasing', true), '') = 'on' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'text_sealed' - 'sender_sealed' - 'by_id'
            IS NOT DISTINCT FROM to_jsonb(NEW) - 'text_sealed' - 'sender_sealed' - 'by_id' THEN
        -- Whoever wrote it may have been deleted.
        IF OLD.text_sealed IS NOT DISTINCT FROM NEW.text_sealed
            AND OLD.sender_sealed IS NOT DISTINCT FROM NEW.sender_sealed
            AND NEW.by_id IS NULL THEN
            RETURN NEW;
        END IF;
        IF coalesce(current_setting('doctobooking.resealing', true), '') = 'on'
            AND OLD.by_id IS NOT DISTINCT FROM NEW.by_id
            AND octet_length(OLD.text_sealed) - get_byte(OLD.text_sealed, 0)
                IS NOT DISTINCT FROM octet_length(NEW.text_sealed) - get_byte(NEW.text_sealed, 0)
            AND octet_length(OLD.sender_sealed) - get_byte(OLD.sender_sealed, 0)
                IS NOT DISTINCT FROM octet_length(NEW.sender_sealed) - get_byte(NEW.sender_sealed, 0)
            THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a conversation only grows'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ticketmessage_only_grows';
END $$;
"""
# As 0002_rules made it.
BEFORE = """
CREATE OR REPLACE FUNCTION support_message_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND coalesce(current_setting('doctobooking.erasing', true), '') = 'on' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - 'text_sealed' - 'by_id'
            IS NOT DISTINCT FROM to_jsonb(NEW) - 'text_sealed' - 'by_id' THEN
        -- Whoever wrote it may have been deleted.
        IF OLD.text_sealed IS NOT DISTINCT FROM NEW.text_sealed AND NEW.by_id IS NULL THEN
            RETURN NEW;
        END IF;
        IF coalesce(current_setting('doctobooking.resealing', true), '') = 'on'
            AND OLD.by_id IS NOT DISTINCT FROM NEW.by_id
            AND octet_length(OLD.text_sealed) - get_byte(OLD.text_sealed, 0)
                = octet_length(NEW.text_sealed) - get_byte(NEW.text_sealed, 0) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a conversation only grows'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ticketmessage_only_grows';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0003_articlemark")]
    operations = [
        migrations.AddField(
            model_name="ticketmessage",
            name="sender_sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.RunSQL(GROW, BEFORE),
    ]
