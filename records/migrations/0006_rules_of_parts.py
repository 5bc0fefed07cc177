"""What keeps a patient's background, documents and permissions, whoever writes."""

from django.db import migrations

# Of a visit of its doctor; what ends is of the same doctor and patient, and no end itself.
LINE = """
CREATE FUNCTION records_line_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM appointments_appointment a JOIN doctors_doctor d ON d.id = a.doctor_id
            WHERE a.id = NEW.visit_id AND d.user_id = NEW.author_id
              AND a.status IN ('booked', 'attended')
        ) THEN
            RAISE EXCEPTION 'only the doctor of a visit that takes place writes a background'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'line_by_its_doctor';
        END IF;
        IF NEW.ends_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM records_line l
            JOIN appointments_appointment was ON was.id = l.visit_id
            JOIN appointments_appointment now_ ON now_.id = NEW.visit_id
            WHERE l.id = NEW.ends_id AND l.ends_id IS NULL
              AND (was.doctor_id, was.patient_id) = (now_.doctor_id, now_.patient_id)
        ) THEN
            RAISE EXCEPTION 'a line ends one of the same doctor and patient'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'line_ends_its_own';
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
CREATE TRIGGER line_is_kept BEFORE INSERT OR UPDATE OR DELETE ON records_line
FOR EACH ROW EXECUTE FUNCTION records_line_is_kept();
"""
LINE_NO_MORE = """
DROP TRIGGER line_is_kept ON records_line;
DROP FUNCTION records_line_is_kept();
"""

# By the record's author; taken away from a draft only.
ATTACHMENT = """
CREATE FUNCTION records_attachment_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM records_consultation c
            WHERE c.id = NEW.consultation_id AND c.author_id = NEW.author_id
        ) THEN
            RAISE EXCEPTION 'only the author adds documents'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'attachment_by_its_author';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND records_is_resealed(
        to_jsonb(OLD), to_jsonb(NEW), OLD.content_sealed, NEW.content_sealed
    ) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM records_consultation c
        WHERE c.id = OLD.consultation_id AND c.signed_at IS NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'records only grow'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'records_only_grow';
END $$;
CREATE TRIGGER attachment_is_kept BEFORE INSERT OR UPDATE OR DELETE ON records_attachment
FOR EACH ROW EXECUTE FUNCTION records_attachment_is_kept();

CREATE FUNCTION records_attachedfile_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND records_is_resealed(
        to_jsonb(OLD), to_jsonb(NEW), OLD.content_sealed, NEW.content_sealed
    ) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM records_attachment f JOIN records_consultation c ON c.id = f.consultation_id
        WHERE f.id = OLD.attachment_id AND c.signed_at IS NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'records only grow'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'records_only_grow';
END $$;
CREATE TRIGGER attachedfile_is_kept BEFORE UPDATE OR DELETE ON records_attachedfile
FOR EACH ROW EXECUTE FUNCTION records_attachedfile_is_kept();
"""
ATTACHMENT_NO_MORE = """
DROP TRIGGER attachedfile_is_kept ON records_attachedfile;
DROP FUNCTION records_attachedfile_is_kept();
DROP TRIGGER attachment_is_kept ON records_attachment;
DROP FUNCTION records_attachment_is_kept();
"""

# Given by whoever has the patient's account; taken back once, and nothing else of it changes.
SHARE = """
CREATE FUNCTION records_share_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM accounts_patient p
            WHERE p.id = NEW.patient_id AND p.account_id = NEW.by_id
        ) THEN
            RAISE EXCEPTION 'only the patient shares a history'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'share_by_the_patient';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.revoked_at IS NULL
        AND to_jsonb(OLD) - 'revoked_at' = to_jsonb(NEW) - 'revoked_at'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a permission only ends'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'share_only_ends';
END $$;
CREATE TRIGGER share_is_kept BEFORE INSERT OR UPDATE OR DELETE ON records_share
FOR EACH ROW EXECUTE FUNCTION records_share_is_kept();
"""
SHARE_NO_MORE = """
DROP TRIGGER share_is_kept ON records_share;
DROP FUNCTION records_share_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0005_history_parts")]
    operations = [
        migrations.RunSQL(LINE, LINE_NO_MORE),
        migrations.RunSQL(ATTACHMENT, ATTACHMENT_NO_MORE),
        migrations.RunSQL(SHARE, SHARE_NO_MORE),
    ]
