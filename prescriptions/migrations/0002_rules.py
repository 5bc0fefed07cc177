"""What keeps prescriptions, whoever writes: of whom they are, that they stay as they were issued.

As with records (records/migrations/0002_rules) a text may be sealed again with another key.
"""

from django.db import migrations

ISSUE = """
CREATE FUNCTION prescriptions_prescription_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM appointments_appointment a JOIN doctors_doctor d ON d.id = a.doctor_id
            WHERE a.id = NEW.visit_id AND d.user_id = NEW.author_id
              AND a.status IN ('booked', 'attended')
        ) THEN
            RAISE EXCEPTION 'only the doctor of a visit that takes place prescribes'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'prescription_by_its_doctor';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND records_is_resealed(
        to_jsonb(OLD), to_jsonb(NEW), OLD.content_sealed, NEW.content_sealed
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a prescription stays as it was issued'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'prescription_stays';
END $$;
CREATE TRIGGER prescription_is_kept BEFORE INSERT OR UPDATE OR DELETE
ON prescriptions_prescription
FOR EACH ROW EXECUTE FUNCTION prescriptions_prescription_is_kept();
"""
ISSUE_NO_MORE = """
DROP TRIGGER prescription_is_kept ON prescriptions_prescription;
DROP FUNCTION prescriptions_prescription_is_kept();
"""

REVOKE = """
CREATE FUNCTION prescriptions_revocation_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (
            SELECT FROM prescriptions_prescription p
            WHERE p.id = NEW.prescription_id AND p.author_id = NEW.author_id
        ) THEN
            RAISE EXCEPTION 'only its author revokes a prescription'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'revocation_by_its_author';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND records_is_resealed(
        to_jsonb(OLD), to_jsonb(NEW), OLD.content_sealed, NEW.content_sealed
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was revoked stays revoked'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'revocation_stays';
END $$;
CREATE TRIGGER revocation_is_kept BEFORE INSERT OR UPDATE OR DELETE ON prescriptions_revocation
FOR EACH ROW EXECUTE FUNCTION prescriptions_revocation_is_kept();
"""
REVOKE_NO_MORE = """
DROP TRIGGER revocation_is_kept ON prescriptions_revocation;
DROP FUNCTION prescriptions_revocation_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("prescriptions", "0001_initial"),
        ("records", "0003_prescription_acts"),
        ("appointments", "0008_attendance"),
        ("doctors", "0004_name_words"),
    ]
    operations = [
        migrations.RunSQL(ISSUE, ISSUE_NO_MORE),
        migrations.RunSQL(REVOKE, REVOKE_NO_MORE),
    ]
