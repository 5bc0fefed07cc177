"""Messages of conversations only grow, whoever writes.

A text may be sealed again with another key by a transaction that says so (core.resealing), as with
records (records/migrations/0002_rules); and a row may go where a person's data are erased, by a
transaction that says that.
"""

from django.db import migrations

GROW = """
CREATE FUNCTION support_message_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER ticketmessage_only_grows BEFORE UPDATE OR DELETE ON support_ticketmessage
FOR EACH ROW EXECUTE FUNCTION support_message_only_grows();
"""
NO_MORE = """
DROP TRIGGER ticketmessage_only_grows ON support_ticketmessage;
DROP FUNCTION support_message_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial")]
    operations = [migrations.RunSQL(GROW, NO_MORE)]
