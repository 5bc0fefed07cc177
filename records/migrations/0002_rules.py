"""What keeps records, whoever writes: of whom they are, that they freeze, that they only grow.

A sealed text may be sealed again with another key, and only by a transaction that says so
(core.resealing): the rest of the row, its digest among it, stays, and so does the length of what is
sealed. What the text says cannot be seen here; whoever reads it compares with the digest.
"""

from django.db import migrations

RESEAL = """
CREATE FUNCTION records_is_resealed(before jsonb, after jsonb, was bytea, becomes bytea)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF coalesce(current_setting('doctobooking.resealing', true), '') <> 'on'
        OR before - 'content_sealed' IS DISTINCT FROM after - 'content_sealed'
        OR octet_length(was) = 0 OR octet_length(becomes) = 0
    THEN
        RETURN false;
    END IF;
    RETURN octet_length(was) - get_byte(was, 0) = octet_length(becomes) - get_byte(becomes, 0)
        AND substring(was FROM 1 FOR 1 + get_byte(was, 0))
            <> substring(becomes FROM 1 FOR 1 + get_byte(becomes, 0));
END $$;
"""
RESEAL_NO_MORE = "DROP FUNCTION records_is_resealed(jsonb, jsonb, bytea, bytea);"

# Of a visit that its doctor attends; as it was begun; a version more with each text; frozen signed.
KEEP = """
CREATE FUNCTION records_consultation_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'records only grow'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'records_only_grow';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM appointments_appointment a JOIN doctors_doctor d ON d.id = a.doctor_id
            WHERE a.id = NEW.visit_id AND d.user_id = NEW.author_id
              AND a.status IN ('booked', 'attended')
        ) THEN
            RAISE EXCEPTION 'only the doctor of a visit that takes place writes its record'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'consultation_by_its_doctor';
        END IF;
        RETURN NEW;
    END IF;
    IF records_is_resealed(to_jsonb(OLD), to_jsonb(NEW), OLD.content_sealed, NEW.content_sealed)
    THEN
        RETURN NEW;
    END IF;
    IF OLD.signed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a signed record stays as it is'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consultation_signed_stays';
    END IF;
    IF (OLD.id, OLD.public_id, OLD.visit_id, OLD.author_id, OLD.created_at)
        IS DISTINCT FROM (NEW.id, NEW.public_id, NEW.visit_id, NEW.author_id, NEW.created_at)
    THEN
        RAISE EXCEPTION 'a record stays of its visit and its author'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consultation_stays_of_its_visit';
    END IF;
    IF NEW.version <> OLD.version + (
        (OLD.content_digest, OLD.shows_diagnoses) IS DISTINCT FROM
        (NEW.content_digest, NEW.shows_diagnoses)
    )::int THEN
        RAISE EXCEPTION 'each text is a version more'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consultation_version_grows';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consultation_is_kept BEFORE INSERT OR UPDATE OR DELETE ON records_consultation
FOR EACH ROW EXECUTE FUNCTION records_consultation_is_kept();
"""
KEEP_NO_MORE = """
DROP TRIGGER consultation_is_kept ON records_consultation;
DROP FUNCTION records_consultation_is_kept();
"""

AMEND = """
CREATE FUNCTION records_amendment_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM records_consultation c
            WHERE c.id = NEW.consultation_id AND c.author_id = NEW.author_id
              AND c.signed_at IS NOT NULL
        ) THEN
            RAISE EXCEPTION 'only the author adds, and only to a signed record'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'amendment_of_signed_record';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND records_is_resealed(
        to_jsonb(OLD), to_jsonb(NEW), OLD.content_sealed, NEW.content_sealed
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'records only grow'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'records_only_grow';
END $$;
CREATE TRIGGER amendment_is_kept BEFORE INSERT OR UPDATE OR DELETE ON records_amendment
FOR EACH ROW EXECUTE FUNCTION records_amendment_is_kept();
"""
AMEND_NO_MORE = """
DROP TRIGGER amendment_is_kept ON records_amendment;
DROP FUNCTION records_amendment_is_kept();
"""

LOG = """
CREATE FUNCTION records_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log only grows'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'accesslog_only_grows';
END $$;
CREATE TRIGGER accesslog_only_grows BEFORE UPDATE OR DELETE ON records_accesslog
FOR EACH ROW EXECUTE FUNCTION records_log_only_grows();
"""
LOG_NO_MORE = """
DROP TRIGGER accesslog_only_grows ON records_accesslog;
DROP FUNCTION records_log_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0001_initial"),
        ("appointments", "0008_attendance"),
        ("doctors", "0004_name_words"),
    ]
    operations = [
        migrations.RunSQL(RESEAL, RESEAL_NO_MORE),
        migrations.RunSQL(KEEP, KEEP_NO_MORE),
        migrations.RunSQL(AMEND, AMEND_NO_MORE),
        migrations.RunSQL(LOG, LOG_NO_MORE),
    ]
